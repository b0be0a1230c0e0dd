package io.troupe.policy;

/**
 * A tensor that a policy must have.
 *
 * @param name its name in safetensors files
 * @param shape its shape
 */
public record TensorShape(String name, long... shape) {

    /** How many numbers it holds. */
    public long elements() {
        long elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }
}
