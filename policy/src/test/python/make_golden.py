"""Makes the golden files that GoldenTest compares with: tiny checkpoints of random weights, and what transformers computes with them.

    python3 -m venv venv && venv/bin/pip install torch transformers
    venv/bin/python policy/src/test/python/make_golden.py policy/src/test/resources/io/troupe/policy
"""

import json
import pathlib
import shutil
import sys

import torch
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

VOCABULARY = 257
GREEDY = 64


def common(**changes):
    shape = dict(
        vocab_size=VOCABULARY,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        rms_norm_eps=1e-5,
        tie_word_embeddings=False,
        initializer_range=0.2,
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=None,
    )
    shape.update(changes)
    return shape


def make(folder, config, model_class, greedy=GREEDY, lengths=(2, 9, 24, 40)):
    torch.manual_seed(7)
    config._attn_implementation = "eager"
    model = model_class(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                if "gemma" in config.model_type:
                    parameter.uniform_(-0.5, 0.5)
                else:
                    parameter.uniform_(0.5, 1.5)
            elif name.endswith("bias"):
                parameter.uniform_(-0.5, 0.5)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    generator = torch.Generator().manual_seed(11)
    cases = []
    for length in lengths:
        tokens = torch.randint(0, VOCABULARY, (1, length), generator=generator)
        with torch.no_grad():
            logits = model(tokens).logits[0].double()
            logprobs = torch.log_softmax(logits, -1)
            chosen = logprobs[:-1].gather(1, tokens[0, 1:, None])[:, 0]
            following = tokens
            for _ in range(greedy):
                best = model(following).logits[0, -1].argmax()
                following = torch.cat([following, best.view(1, 1)], 1)
        cases.append({
            "tokens": tokens[0].tolist(),
            "logprobs": [round(x, 7) for x in chosen.tolist()],
            "last": [round(x, 7) for x in logprobs[-1].tolist()],
            "greedy": following[0, length:].tolist(),
        })
    (folder / "golden.json").write_text(json.dumps(cases) + "\n")


def rope(theta=10000.0, **scaling):
    return {"rope_theta": theta, "rope_type": "default", **scaling}


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    make(target / "golden-untied", LlamaConfig(**common(rope_parameters=rope())), LlamaForCausalLM)
    make(
        target / "golden-tied",
        LlamaConfig(**common(tie_word_embeddings=True, num_key_value_heads=4, rope_parameters=rope(500000.0))),
        LlamaForCausalLM,
    )
    make(
        target / "golden-llama-bias",
        LlamaConfig(**common(attention_bias=True, rope_parameters=rope(rope_type="linear", factor=4.0))),
        LlamaForCausalLM,
    )
    make(
        target / "golden-llama3",
        LlamaConfig(
            **common(
                rope_parameters=rope(
                    500000.0,
                    rope_type="llama3",
                    factor=8.0,
                    low_freq_factor=1.0,
                    high_freq_factor=4.0,
                    original_max_position_embeddings=32,
                )
            )
        ),
        LlamaForCausalLM,
    )
    make(
        target / "golden-mistral",
        MistralConfig(**common(sliding_window=12, head_dim=16, rope_parameters=rope())),
        MistralForCausalLM,
    )
    make(
        target / "golden-qwen2",
        Qwen2Config(**common(rope_parameters=rope(1000000.0))),
        Qwen2ForCausalLM,
    )
    make(
        target / "golden-qwen2-yarn",
        Qwen2Config(
            **common(
                num_hidden_layers=3,
                use_sliding_window=True,
                sliding_window=10,
                max_window_layers=1,
                rope_parameters=rope(
                    1000000.0, rope_type="yarn", factor=4.0, original_max_position_embeddings=32
                ),
            )
        ),
        Qwen2ForCausalLM,
    )
    make(
        target / "golden-qwen3",
        Qwen3Config(**common(head_dim=16, tie_word_embeddings=True, rope_parameters=rope(1000000.0))),
        Qwen3ForCausalLM,
    )
    make(
        target / "golden-gemma3",
        Gemma3TextConfig(
            **common(
                num_hidden_layers=7,
                head_dim=16,
                query_pre_attn_scalar=24,
                sliding_window=12,
                tie_word_embeddings=True,
                initializer_range=0.1,
                hidden_activation="gelu_pytorch_tanh",
                layer_types=["sliding_attention"] * 5 + ["full_attention", "sliding_attention"],
                rope_parameters={
                    "full_attention": rope(1000000.0, rope_type="linear", factor=8.0),
                    "sliding_attention": rope(10000.0),
                },
            )
        ),
        Gemma3ForCausalLM,
    )
