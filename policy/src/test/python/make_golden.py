"""Makes the golden files that GoldenTest compares with: tiny Llama checkpoints of random weights, and what transformers computes with them.

    python3 -m venv venv && venv/bin/pip install torch transformers
    venv/bin/python policy/src/test/python/make_golden.py policy/src/test/resources/io/troupe/policy
"""

import json
import pathlib
import shutil
import sys

import torch
from transformers import LlamaConfig, LlamaForCausalLM

VOCABULARY = 257


def make(folder, tied, key_value_heads, theta):
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=key_value_heads,
        max_position_embeddings=64,
        rope_theta=theta,
        rms_norm_eps=1e-5,
        tie_word_embeddings=tied,
        initializer_range=0.2,
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=None,
    )
    model = LlamaForCausalLM(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                parameter.uniform_(0.5, 1.5)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    generator = torch.Generator().manual_seed(11)
    cases = []
    for length in (2, 9, 24, 40):
        tokens = torch.randint(0, VOCABULARY, (1, length), generator=generator)
        with torch.no_grad():
            logits = model(tokens).logits[0].double()
            logprobs = torch.log_softmax(logits, -1)
            chosen = logprobs[:-1].gather(1, tokens[0, 1:, None])[:, 0]
            greedy = tokens
            for _ in range(16):
                following = model(greedy).logits[0, -1].argmax()
                greedy = torch.cat([greedy, following.view(1, 1)], 1)
        cases.append({
            "tokens": tokens[0].tolist(),
            "logprobs": chosen.tolist(),
            "greedy": greedy[0, length:].tolist(),
        })
    (folder / "golden.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    make(target / "golden-untied", tied=False, key_value_heads=2, theta=10000.0)
    make(target / "golden-tied", tied=True, key_value_heads=4, theta=500000.0)
