package io.troupe.learner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.troupe.policy.ComputeDevice;
import io.troupe.policy.Safetensors;
import io.troupe.policy.TorchScript;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101) in one native call a step. Matrices decay, norms do not.
 *
 * <p>Not thread-safe. {@link #close()} frees the moments.
 */
final class AdamW implements AutoCloseable {

    /**
     * The constants.
     *
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon added to the root of the second moment
     * @param weightDecay decay of matrices, times the learning rate, a step
     */
    record Settings(double beta1, double beta2, double epsilon, double weightDecay) {}

    // Moments that lie elsewhere than the weights come over one tensor at a time, and go back; those that do not are
    // changed in place.
    // h: learning rate, beta1, beta2, epsilon, decay factor, bias corrections 1 and 2, gradient scale
    private static final String PROGRAM = """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def norm(self: __torch__.M, g: List[Tensor]) -> Tensor:
                s = torch.zeros_like(torch.to(torch.sum(g[0], dtype=None), 7))
                for i in range(torch.len(g)):
                  s = torch.add(s, torch.sum(torch.square(torch.to(g[i], 7)), dtype=None))
                return torch.sqrt(s)
              def add(self: __torch__.M, g: List[Tensor], more: List[Tensor]) -> Tensor:
                for i in range(torch.len(g)):
                  _0 = torch.add_(g[i], more[i])
                  _1 = torch.zero_(more[i])
                return g[0]
              def copy(self: __torch__.M, p: List[Tensor], q: List[Tensor]) -> Tensor:
                for i in range(torch.len(p)):
                  _0 = torch.copy_(q[i], p[i], False)
                return p[0]
              def clear(self: __torch__.M, g: List[Tensor]) -> Tensor:
                for i in range(torch.len(g)):
                  _0 = torch.zero_(g[i])
                return g[0]
              def step(self: __torch__.M, h: Tensor, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor]) -> Tensor:
                for i in range(torch.len(p)):
                  gi = torch.mul(g[i], torch.select(h, 0, 7))
                  mi = torch.to(m[i], p[i], False, False, None)
                  vi = torch.to(v[i], p[i], False, False, None)
                  _0 = torch.add_(torch.mul_(mi, torch.select(h, 0, 1)), torch.mul(gi, torch.rsub(torch.select(h, 0, 1), 1)))
                  _1 = torch.add_(torch.mul_(vi, torch.select(h, 0, 2)), torch.mul(torch.square(gi), torch.rsub(torch.select(h, 0, 2), 1)))
                  _5 = torch.copy_(m[i], mi, False)
                  _6 = torch.copy_(v[i], vi, False)
                  if torch.gt(torch.dim(p[i]), 1):
                    _2 = torch.mul_(p[i], torch.select(h, 0, 4))
                  else:
                    _2 = p[i]
                  d = torch.add(torch.sqrt(torch.div(vi, torch.select(h, 0, 6))), torch.select(h, 0, 3))
                  _3 = torch.sub_(p[i], torch.mul(torch.div(torch.div(mi, torch.select(h, 0, 5)), d), torch.select(h, 0, 0)))
                  _4 = torch.zero_(g[i])
                return h
            """;

    private final Settings settings;
    private final NDManager manager;
    private final NDManager moments;
    private final TorchScript program;
    private final Weights first;
    private final Weights second;
    private final TorchScript copier;

    AdamW(Settings settings, Weights weights, NDManager parent) {
        this(settings, weights, parent, OptimizerState.DEVICE);
    }

    /** An optimiser whose moments are kept in a place of their own. */
    AdamW(Settings settings, Weights weights, NDManager parent, OptimizerState place) {
        this.settings = settings;
        manager = parent.newSubManager();
        program = new TorchScript(PROGRAM, manager);
        moments = place == OptimizerState.HOST ? ComputeDevice.CPU.newManager() : parent.newSubManager();
        first = weights.zeros(moments);
        second = weights.zeros(moments);
        copier = Weights.copier(moments);
    }

    /** The Euclidean norm of all gradients together. */
    double gradientNorm(Weights weights) {
        try (NDManager scope = manager.newSubManager()) {
            return program.run(scope, "norm", gradients(weights, scope))
                    .singletonOrThrow()
                    .getDouble();
        }
    }

    /** Adds the gradients of a copy of the weights to those of the weights, and forgets the copy's. */
    void addGradients(Weights weights, Weights copy) {
        try (NDManager scope = manager.newSubManager()) {
            NDList arguments = gradients(weights, scope);
            NDList more = gradients(copy, scope);
            more.forEach(gradient -> gradient.setName("more[]"));
            arguments.addAll(more);
            program.run(scope, "add", arguments);
        }
    }

    /** Makes a copy equal to the weights. */
    void copyWeights(Weights weights, Weights copy) {
        try (NDManager scope = manager.newSubManager()) {
            var arguments = new NDList(weights.trained("p[]"));
            arguments.addAll(copy.trained("q[]"));
            program.run(scope, "copy", arguments);
        }
    }

    /** Forgets the gradients. */
    void clearGradients(Weights weights) {
        try (NDManager scope = manager.newSubManager()) {
            program.run(scope, "clear", gradients(weights, scope));
        }
    }

    /**
     * One step; clears the gradients.
     *
     * @param step the number of the step, from 1, for the bias corrections
     * @param learningRate the learning rate of this step
     * @param gradientScale what the gradients are multiplied with first, for clipping
     */
    void step(Weights weights, long step, double learningRate, double gradientScale) {
        double[] constants = {
            learningRate,
            settings.beta1(),
            settings.beta2(),
            settings.epsilon(),
            1 - learningRate * settings.weightDecay(),
            1 - Math.pow(settings.beta1(), (double) step),
            1 - Math.pow(settings.beta2(), (double) step),
            gradientScale
        };
        try (NDManager scope = manager.newSubManager()) {
            NDList gradients = gradients(weights, scope);
            var arguments = new NDList(scope.create(constants));
            arguments.addAll(weights.trained("p[]"));
            arguments.addAll(gradients);
            arguments.addAll(first.trained("m[]"));
            arguments.addAll(second.trained("v[]"));
            program.run(scope, "step", arguments);
        }
    }

    /** The moments by name, for a checkpoint. */
    List<Safetensors.TensorData> state() {
        var tensors = new ArrayList<>(first.tensors("first."));
        tensors.addAll(second.tensors("second."));
        return tensors;
    }

    /** Puts the moments of a checkpoint back. */
    void restore(WeightFiles files) {
        first.assign(files.withPrefix("first."), copier);
        second.assign(files.withPrefix("second."), copier);
    }

    @Override
    public void close() {
        first.close();
        second.close();
        copier.close();
        program.close();
        moments.close();
        manager.close();
    }

    private static NDList gradients(Weights weights, NDManager scope) {
        var gradients = new NDList();
        for (NDArray weight : weights.trained("p[]")) {
            NDArray gradient = weight.getGradient();
            gradient.attach(scope); // the handle is freed with the scope, the gradient itself stays with its weight
            gradient.setName("g[]");
            gradients.add(gradient);
        }
        return gradients;
    }
}
