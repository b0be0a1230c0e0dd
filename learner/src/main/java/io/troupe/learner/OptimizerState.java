package io.troupe.learner;

/** Where the optimiser's moments are kept, two numbers in single precision for each that trains. */
public enum OptimizerState {
    /** With the weights. */
    DEVICE,
    /** In the machine's memory: an accelerator needs 8 bytes less for each number, and each step sends as many there and back. */
    HOST
}
