/**
 * What a language model is here: its configuration, weights, tokenizer, chat template and forward pass. A policy lives in a Hugging Face
 * directory and runs on DJL's PyTorch engine; no Python takes part.
 */
@NullMarked
package io.troupe.policy;

import org.jspecify.annotations.NullMarked;
