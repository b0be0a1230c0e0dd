"""Makes the files that ParquetDatasetTest reads, one for each compression.

    python3 -m venv venv && venv/bin/pip install pyarrow
    venv/bin/python environments/src/test/python/make_parquet.py environments/src/test/resources/io/troupe/environments/parquet
"""

import sys

import pyarrow
import pyarrow.parquet

rows = [
    {
        "question": f"What is {i}+1?",
        "prompt": [{"role": "user", "content": f"{i}+1"}],
        "reward_model": {"ground_truth": str(i + 1), "style": "rule"},
        "level": i % 3,
        "answer": float(i + 1),
        "flag": i % 2 == 0,
        "none": None,
    }
    for i in range(50)
]
table = pyarrow.Table.from_pylist(rows)
for codec in ("snappy", "zstd", "gzip", "none", "lz4", "brotli"):
    pyarrow.parquet.write_table(table, f"{sys.argv[1]}/{codec}.parquet", compression=codec, row_group_size=20)
