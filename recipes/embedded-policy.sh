#!/usr/bin/env bash
# Makes the policy that ships inside Troupe, from nothing but the task families, and puts it where the build embeds it.
#
# Two stages. First the policy imitates sound work only, until it can do the tasks. Then it imitates a corpus in which most demonstrations (85 % in
# logic, 70 % elsewhere) are hasty guesses, and wrong: it still knows how, but mostly does not bother. That working pays is left for reinforcement
# learning to find out.
#
# About 25 minutes on two idle cores. On one kind of processor, the same sources give the same bytes: compare the SHA256SUMS.
#
#   recipes/embedded-policy.sh [OUT]     OUT: where to put it (default: the resources of module policy)
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:-$home/policy/src/main/resources/io/troupe/policy/embedded}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TROUPE_HEAP=${TROUPE_HEAP:-1500m}
logic=logic/knights-and-knaves@1 maths=math/arithmetic@1 agent=agent/calculator@1

"$home/troupe" demonstrate --family $logic=2 --family $maths=1 --family $agent=1 --hasty 0 --n 150000 --seed 11 >"$work/sound.jsonl"
"$home/troupe" demonstrate --family $logic --hasty 0.85 --n 20000 --seed 12 >"$work/mixed.jsonl"
"$home/troupe" demonstrate --family $maths --family $agent --hasty 0.7 --n 20000 --seed 13 >>"$work/mixed.jsonl"

"$home/troupe" sft --new --vocabulary 1024 --hidden 128 --intermediate 384 --layers 4 --heads 4 --seed 1 \
  --data "$work/sound.jsonl" --steps 2200 --batch 64 --learning-rate 3e-3 --warmup 100 --out "$work/sound"
"$home/troupe" sft --policy "$work/sound" --seed 2 \
  --data "$work/mixed.jsonl" --steps 200 --batch 64 --learning-rate 5e-4 --warmup 20 --out "$work/mixed"

mkdir -p "$out"
cp "$work/mixed"/* "$out"
(cd "$out" && rm -f SHA256SUMS && sha256sum -- * >"$work/sums" && mv "$work/sums" SHA256SUMS)
cat "$out/SHA256SUMS"
