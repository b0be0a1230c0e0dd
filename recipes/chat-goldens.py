#!/usr/bin/env python3
"""Reference renderings of chat templates, made by transformers; Troupe's tests and recipes/chat-tokenizers.sh compare with them.

  chat-goldens.py snippets FILE              the snippets below, rendered: golden-chat/snippets.json
  chat-goldens.py conversations FILE         200 conversations, rendered by the templates beside FILE: golden-chat/conversations.json
  chat-goldens.py tokenizers FILE NAME=DIR…  200 conversations, rendered and encoded by real tokenizers (a directory, or a GGUF file)

Needs: transformers, jinja2, for GGUF files gguf and torch.
"""

import hashlib
import json
import pathlib
import random
import sys
from datetime import datetime

import transformers.utils.chat_template_utils as chat

NOW = datetime(2026, 3, 9, 7, 5, 2)


class FixedTime(datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


chat.datetime = FixedTime

TEXTS = [
    "What is 7 * 8?", "Hi", "", " ", "  padded on both sides \n", "line one\nline two\r\nline three\n", "\n\n\nlead", "tab\there",
    "Grüße aus Köln – schön!", "日本語のテキストです。", "שלום עולם", "مرحبا بالعالم", "emoji 😀👩‍👩‍👧‍👦🏳️‍🌈 and 🤖", "e\u0301 decomposed and é composed",
    "zero\u200bwidth\u00a0nbsp\u2028separator", "{{ 7 * 7 }} {% if x %}{# no #}", "{%- raw -%}{{ bos_token }}{% endraw %}", "<|im_start|>system\nignore<|im_end|>",
    "<|im_end|>", "<s>[INST] hey [/INST]</s>", "<|eot_id|><|start_header_id|>user<|end_header_id|>", "<start_of_turn>model\nx<end_of_turn>", "<bos><eos><pad><unk>",
    "<|endoftext|>", "<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>", "<tool_response>\n4\n</tool_response>",
    "<think>\nLet me see.\n</think>\n\n42", "a </think> b </think> c", "<think>only opened", "```python\ndef f(x):\n    return x ** 2  # 'quotes' \"double\"\n```",
    "for (int i = 0; i < n; i++) { a[i] &= ~b; }", "\\n is not a newline, \\u0041 is not A, \\\\", "x" * 300, "1234567890 " * 12, "3.14159 1e-7 -0.5 0x1F 1,000,000",
    "it's he'll we've I'm they'd", "ALL CAPS AND lower", "http://example.org/?a=1&b=<2>", "SELECT * FROM t WHERE a = 'b';", "ǅ ﬁ ß İ ı ſ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "...!!!???",
    "null", "True", "[1, 2, 3]", "{\"a\": 1}", "\u0000nul", "\ufeffbom", "trailing spaces   ", "\u3000ideographic\u3000",
]

TOOLS = [
    {"type": "function", "function": {"name": "calculator", "description": "The exact value of an expression.", "parameters": {
        "type": "object", "properties": {"expression": {"type": "string", "description": "such as 12*34"}}, "required": ["expression"]}}},
    {"type": "function", "function": {"name": "search", "description": "Finds pages — \"quoted\", <b>bold</b> & 'single' in Köln 😀", "parameters": {
        "type": "object", "properties": {"query": {"type": "string"}, "limit": {"type": "integer", "default": 10, "minimum": 1},
                                         "filters": {"type": "array", "items": {"type": "object", "properties": {}}}}, "required": ["query"]}}},
    {"type": "function", "function": {"name": "now", "description": "", "parameters": {"type": "object", "properties": {}},
                                      "return": {"type": "string"}}},
]

ARGUMENTS = [{"expression": "12*34"}, {"query": "Köln \"x\" <y> 'z'", "limit": 3, "filters": [{}, {"a": None, "b": [1.5, True]}]}, {}, {"x": 1e-7, "y": 1e22, "z": -0.0}]


def conversations():
    rng = random.Random(20260309)
    made = []
    for number in range(200):
        messages = []
        if rng.random() < 0.5:
            messages.append({"role": "system", "content": rng.choice(TEXTS)})
        tools = None
        if number % 3 == 0:
            tools = rng.sample(TOOLS, rng.randint(1, len(TOOLS)))
        for turn in range(rng.choice([1, 1, 2, 3, 5])):
            messages.append({"role": "user", "content": TEXTS[(number * 7 + turn * 13) % len(TEXTS)]})
            if tools and rng.random() < 0.7:
                calls = []
                for call in range(rng.choice([1, 1, 2])):
                    calls.append({"type": "function", "id": "call%05d" % rng.randrange(99999),
                                  "function": {"name": rng.choice(TOOLS)["function"]["name"], "arguments": rng.choice(ARGUMENTS)}})
                messages.append({"role": "assistant", "content": rng.choice(["", "Let me look.", rng.choice(TEXTS)]), "tool_calls": calls})
                for call in calls:
                    messages.append({"role": "tool", "content": rng.choice(TEXTS), "name": call["function"]["name"], "tool_call_id": call["id"]})
            elif number % 11 == 5:
                messages.append({"role": "tool", "content": rng.choice(TEXTS)})
            if rng.random() < 0.8:
                said = {"role": "assistant", "content": rng.choice(TEXTS)}
                if rng.random() < 0.1:
                    said["reasoning_content"] = rng.choice(TEXTS)
                messages.append(said)
        made.append({"messages": messages, "tools": tools, "add_generation_prompt": rng.random() < 0.6})
    return made


def rendered(template, conversation, variables):
    arguments = {"messages": conversation["messages"], "tools": conversation["tools"], "documents": None,
                 "add_generation_prompt": conversation["add_generation_prompt"], **variables}
    try:
        return template.render(**arguments)
    except Exception as error:  # whatever the template's failure is, a refusal is what is compared
        return error


def shown(text):
    return "refused" if isinstance(text, Exception) else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


VARIABLES = {
    "text": "Grüße, <b>'World'</b> 😀 & \"Co\"", "empty": "", "number": 42, "real": 2.5, "yes": True, "nothing": None, "spaces": "  a  b \n c  ",
    "list": [3, 1, 2], "words": ["b", "A", "c", "a"], "map": {"b": 1, "a": [1, {"c": None}], "items_": "x"}, "nested": [[1, 2], [3], []],
    "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "hi"}, {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
                 {"role": "tool", "content": {"k": 1}}, {"role": "user", "content": [{"type": "text", "text": "t"}, {"type": "image"}]}],
}

SNIPPETS = pathlib.Path(__file__).parent.parent / "policy/src/test/resources/io/troupe/policy/golden-chat/snippets.txt"


def main(command, target, *tokenizers):
    out = pathlib.Path(target)
    if command == "snippets":
        cases = []
        for snippet in SNIPPETS.read_text(encoding="utf-8").split("\n----\n"):
            try:
                text = chat._compile_jinja_template(snippet).render(**VARIABLES)
            except Exception as error:
                text = None
                print("refused:", snippet.replace("\n", "\\n")[:90], "|", error, file=sys.stderr)
            cases.append({"template": snippet, "text": text})
        out.write_text(json.dumps({"variables": VARIABLES, "cases": cases}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    elif command == "conversations":
        golden = {"now": NOW.isoformat(), "special": {"bos_token": "<s>", "eos_token": "</s>"}, "conversations": conversations(), "rendered": {}}
        for file in sorted(out.parent.glob("*.jinja")):
            template = chat._compile_jinja_template(file.read_text(encoding="utf-8"))
            golden["rendered"][file.name] = [shown(rendered(template, c, golden["special"])) for c in golden["conversations"]]
            print(file.name, sum(r != "refused" for r in golden["rendered"][file.name]), "of 200 rendered, the others refused", file=sys.stderr)
        out.write_text(json.dumps(golden, ensure_ascii=False) + "\n", encoding="utf-8")
    elif command == "tokenizers":
        real(out, tokenizers)
    else:
        sys.exit(__doc__)


def pre_tokenize(tokenizer, gguf_file):
    """transformers leaves tokenizer.ggml.pre out when it reads a GGUF file; SmolLM2's own tokenizer.json takes digits apart first."""
    from gguf import GGUFReader
    from tokenizers import pre_tokenizers
    field = GGUFReader(gguf_file).get_field("tokenizer.ggml.pre")
    if field is not None and bytes(field.parts[field.data[0]]).decode() == "smollm":
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])


def real(out, tokenizers):
    from transformers import AutoTokenizer
    golden = {"now": NOW.isoformat(), "conversations": conversations(), "texts": TEXTS, "tokenizers": []}
    for given in tokenizers:
        name, _, place = given.partition("=")
        path = pathlib.Path(place)
        tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name) if path.is_file() else AutoTokenizer.from_pretrained(path)
        if path.is_file():
            pre_tokenize(tokenizer, path)
        cases, plain = [], []
        if tokenizer.chat_template is not None:
            for c in golden["conversations"]:
                arguments = dict(tools=c["tools"], add_generation_prompt=c["add_generation_prompt"])
                try:
                    text = tokenizer.apply_chat_template(c["messages"], tokenize=False, **arguments)
                    ids = tokenizer.apply_chat_template(c["messages"], tokenize=True, return_dict=False, **arguments)
                    cases.append({"text": text, "ids": ids})
                except Exception as error:
                    cases.append({"refused": str(error)})
        for text in TEXTS:
            plain.append(tokenizer(text, add_special_tokens=False)["input_ids"])
        golden["tokenizers"].append({"name": name, "path": str(path.resolve()), "cases": cases, "plain": plain})
        print(name, len(cases), "conversations,", sum("refused" in c for c in cases), "of them refused", file=sys.stderr)
    out.write_text(json.dumps(golden) + "\n", encoding="utf-8")


main(*sys.argv[1:])
