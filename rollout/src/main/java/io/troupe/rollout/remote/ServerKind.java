package io.troupe.rollout.remote;

/** Which program an inference server is: that decides what it is asked and what it can answer. */
public enum ServerKind {
    /** Found out from what the server says of its models. */
    AUTO,
    /** vLLM: {@code /v1/completions} with token ids in and out. */
    VLLM,
    /** SGLang: its own {@code /generate}, with token ids in and out. */
    SGLANG,
    /** llama.cpp's server: its own {@code /completion}, with token ids in and out. */
    LLAMA_CPP,
    /** {@code troupe serve}. */
    TROUPE,
    /** Any other: the completions API and nothing beyond it; token ids go in, text comes out. */
    OPENAI
}
