#!/usr/bin/env bash
# Makes a small masked diffusion policy, from nothing but a task family's demonstrations, for objective.name = espo. See docs/diffusion.md.
#
# First it imitates sound work only. Then a share of the demonstrations are hasty guesses, and wrong, until it mostly guesses although it knows how to work. That working
# pays is left for reinforcement learning to find out.
#
# About 25 minutes on an idle core. On one kind of processor, the same sources give the same bytes.
#
#   recipes/diffusion-policy.sh OUT     OUT: the policy directory to write; must not exist
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:?the policy directory to write}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$home/troupe" demonstrate --family math/arithmetic@1 --hasty 0 --n 60000 --seed 11 >"$work/sound.jsonl"
"$home/troupe" demonstrate --family math/arithmetic@1 --hasty 0.3 --n 40000 --seed 13 >"$work/some-hasty.jsonl"
"$home/troupe" demonstrate --family math/arithmetic@1 --hasty 0.6 --n 12000 --seed 17 >"$work/mostly-hasty.jsonl"
"$home/troupe" sft --new --diffusion --window 32 --block 8 --block-steps 8 \
  --vocabulary 512 --hidden 128 --intermediate 384 --layers 3 --heads 4 --positions 256 --seed 1 --shards 1 \
  --data "$work/sound.jsonl" --steps 1500 --batch 64 --learning-rate 3e-3 --warmup 100 --out "$work/first"
"$home/troupe" sft --policy "$work/first" --seed 3 --shards 1 \
  --data "$work/sound.jsonl" --steps 1600 --batch 64 --learning-rate 2e-3 --warmup 30 --out "$work/sound"
"$home/troupe" sft --policy "$work/sound" --seed 4 --shards 1 \
  --data "$work/some-hasty.jsonl" --steps 650 --batch 64 --learning-rate 2e-3 --warmup 30 --out "$work/some-hasty"
"$home/troupe" sft --policy "$work/some-hasty" --seed 5 --shards 1 \
  --data "$work/mostly-hasty.jsonl" --steps 80 --batch 64 --learning-rate 5e-4 --warmup 10 --out "$out"
