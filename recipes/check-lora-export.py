"""Holds what `troupe export` writes of a run of adapters against PEFT and transformers.

Usage: python recipes/check-lora-export.py RUN [BASE_POLICY]

RUN is the folder of a run with train.lora.rank > 0, or any directory of adapters. BASE_POLICY is needed if it was trained on a .gguf file: that file.
Needs torch, transformers and peft; they are references here, Troupe does not use them.

Checks that the adapters load in PEFT on their base, that the merged directory loads in transformers without a warning, and
that both give the log-probabilities of `troupe logprobs` on the run itself.
"""

import json
import logging
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

TEXTS = [
    "The capital of France is Paris, and that of Italy is Rome.",
    "What is 17 + 25? Let me think: 17 + 25 = 42.",
    "def square(x):\n    return x * x\n",
    "Größe, naïve, 東京, and a few emoji 🙂 to be sure.",
]
BOUND = 1e-4


class Warnings(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


def troupe(*arguments, stdin=None):
    launcher = Path(__file__).resolve().parent.parent / "troupe"
    done = subprocess.run([launcher, *map(str, arguments)], input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"troupe {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def ours(policy, tokens):
    lines = "".join(json.dumps({"tokens": each}) + "\n" for each in tokens)
    answers = troupe("logprobs", "--policy", policy, stdin=lines)
    return [torch.tensor(json.loads(line)["logprobs"], dtype=torch.float64) for line in answers.splitlines()]


@torch.no_grad()
def theirs(model, tokens):
    scores = []
    for each in tokens:
        logits = model(torch.tensor([each])).logits[0].double()
        chosen = torch.tensor(each[1:]).unsqueeze(1)
        scores.append(logits.log_softmax(-1)[:-1].gather(1, chosen).squeeze(1))
    return scores


def distance(one, other):
    return max((a - b).abs().max().item() for a, b in zip(one, other))


def main():
    run = Path(sys.argv[1])
    heard = Warnings()
    for name in ("transformers", "peft"):
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.handlers = [heard]
        logger.setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        folder = Path(folder)
        more = []
        if len(sys.argv) > 2:
            troupe("export", sys.argv[2], "--output", folder / "base")
            more = ["--base", folder / "base"]
        troupe("export", run, "--output", folder / "adapters", "--format", "peft", *more)
        troupe("export", run, "--output", folder / "merged", "--merged")
        base_path = json.loads((folder / "adapters" / "adapter_config.json").read_text())["base_model_name_or_path"]

        tokenizer = AutoTokenizer.from_pretrained(folder / "merged")
        tokens = [tokenizer(text, add_special_tokens=False).input_ids for text in TEXTS]
        expected = ours(run, tokens)

        merged, report = AutoModelForCausalLM.from_pretrained(
            folder / "merged", dtype=torch.float32, output_loading_info=True
        )
        said = heard.said + [str(each.message) for each in caught]
        with_merged = distance(theirs(merged.eval(), tokens), expected)

        base = AutoModelForCausalLM.from_pretrained(base_path, dtype=torch.float32).eval()
        untrained = distance(theirs(base, tokens), expected)
        adapted = PeftModel.from_pretrained(base, folder / "adapters").eval()
        with_peft = distance(theirs(adapted, tokens), expected)
        of_peft = [each for each in heard.said + [str(each.message) for each in caught] if each not in said]
    print(f"tokens compared                                  {sum(len(each) - 1 for each in tokens)}")
    print(f"base without adapters, greatest difference       {untrained:.3g}")
    print(f"adapters in PEFT, greatest difference            {with_peft:.3g}")
    print(f"merged directory in transformers, greatest       {with_merged:.3g}")
    print(f"keys missing, unexpected, mismatched on loading  {[len(report[key]) for key in ('missing_keys', 'unexpected_keys', 'mismatched_keys')]}")
    print(f"warnings, tokenizer and merged directory         {said or 'none'}")
    print(f"warnings, base and PEFT                          {of_peft or 'none'}")
    loaded = not any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    if said or not loaded or max(with_peft, with_merged) > BOUND or untrained <= BOUND:
        sys.exit("FAILED")


if __name__ == "__main__":
    main()
