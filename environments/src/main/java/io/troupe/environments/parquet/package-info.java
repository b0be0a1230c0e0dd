/** Data sets in Parquet files. */
@org.jspecify.annotations.NullMarked
package io.troupe.environments.parquet;
