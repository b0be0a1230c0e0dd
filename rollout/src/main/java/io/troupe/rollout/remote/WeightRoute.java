package io.troupe.rollout.remote;

/** How new weights reach an inference server. */
public enum WeightRoute {
    /** Not at all: such a server can be measured against, and not trained with. */
    NONE,
    /** Every version is a LoRA adapter with a name of its own, which requests ask for. */
    LORA_ADAPTER,
    /** The server reads a whole policy from a directory, while no request is in flight. */
    RELOAD
}
