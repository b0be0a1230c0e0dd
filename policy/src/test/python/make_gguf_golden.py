"""Makes the GGUF file that GgufPolicyTest reads: a tiny Llama with a tensor of every type, and what transformers computes with it.

    python3 -m venv venv && venv/bin/pip install torch transformers gguf
    venv/bin/python policy/src/test/python/make_gguf_golden.py policy/src/test/resources/io/troupe/policy/golden-gguf
"""

import json
import pathlib
import sys

import gguf
import numpy
import torch
from gguf import GGMLQuantizationType as Type
from transformers import AutoModelForCausalLM

HIDDEN = 256
VOCABULARY = 260
random = numpy.random.default_rng(5)


def symbols():
    printable = list(range(ord("!"), ord("~") + 1)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    rest = [value for value in range(256) if value not in printable]
    names = {value: chr(value) for value in printable}
    names.update({value: chr(256 + i) for i, value in enumerate(rest)})
    return [names[value] for value in range(256)]


def blocks(kind, rows, columns):
    """Random bytes in the layout of a type that gguf cannot quantise to, with scales that keep the numbers small."""
    numbers, size = gguf.GGML_QUANT_SIZES[kind]
    count = rows * columns // numbers
    data = random.integers(0, 256, (count, size), dtype=numpy.uint8)
    scale = numpy.frombuffer(numpy.float16([2e-4]).tobytes(), numpy.uint8)
    if kind == Type.Q4_K:
        data[:, 0:2] = scale
        data[:, 2:4] = numpy.frombuffer(numpy.float16([1.5e-3]).tobytes(), numpy.uint8)
    else:
        data[:, -2:] = numpy.frombuffer(numpy.float16([4e-5]).tobytes(), numpy.uint8)
    return data.reshape(rows, -1)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tiny.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_context_length(128)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(VOCABULARY)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + symbols() + ["ab"])
    writer.add_token_types([3, 3, 3] + [1] * 257)
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template("{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
    shapes = {
        "token_embd": (VOCABULARY, HIDDEN, Type.Q8_0),
        "blk.0.attn_q": (HIDDEN, HIDDEN, Type.Q4_K),
        "blk.0.attn_k": (HIDDEN // 2, HIDDEN, Type.Q6_K),
        "blk.0.attn_v": (HIDDEN // 2, HIDDEN, Type.Q4_0),
        "blk.0.attn_output": (HIDDEN, HIDDEN, Type.Q4_1),
        "blk.0.ffn_gate": (HIDDEN, HIDDEN, Type.F16),
        "blk.0.ffn_up": (HIDDEN, HIDDEN, Type.BF16),
        "blk.0.ffn_down": (HIDDEN, HIDDEN, Type.Q6_K),
    }
    for name, (rows, columns, kind) in shapes.items():
        if kind in (Type.Q4_K, Type.Q6_K):
            data = blocks(kind, rows, columns)
        else:
            plain = (random.standard_normal((rows, columns)) * 0.08).astype(numpy.float32)
            data = gguf.quants.quantize(plain, kind)
        writer.add_tensor(name + ".weight", data, raw_dtype=kind)
    for name in ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"):
        writer.add_tensor(name + ".weight", random.uniform(0.5, 1.5, HIDDEN).astype(numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    sums = {}
    for tensor in gguf.GGUFReader(path).tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float64).ravel()
        sums[tensor.name] = {
            "sum": float(values.sum()),
            "squares": float((values * values).sum()),
            "first": [float(x) for x in values[:8]],
            "last": [float(x) for x in values[-8:]],
        }
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=path.name, dtype=torch.float32).eval()
    cases = []
    for length in (3, 20, 60):
        tokens = torch.tensor(random.integers(0, VOCABULARY, (1, length)))
        with torch.no_grad():
            scores = torch.log_softmax(model(tokens).logits[0].double(), -1)
        chosen = scores[:-1].gather(1, tokens[0, 1:, None])[:, 0]
        cases.append({"tokens": tokens[0].tolist(), "logprobs": [round(x, 7) for x in chosen.tolist()]})
    (folder / "golden.json").write_text(json.dumps({"tensors": sums, "cases": cases}) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
