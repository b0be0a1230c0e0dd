package io.troupe.learner.advantage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The prefix tree over the token sequences of a group. The advantage of a token after a prefix is the mean reward of the trajectories that begin with both,
 * less the mean reward of those that begin with the prefix: 0 wherever the group does not part. The same prefix and token count once in a group, in the first
 * trajectory that has them, and are 0 in the others.
 *
 * <p>T-SPMO, arXiv 2504.20834. Reconstructed from its abstract: normalisation and ratio are not known to us.
 */
final class PrefixTree {

    private static final class Node {
        private final Map<Integer, Node> children = new HashMap<>(); // looked up, never iterated
        private double rewards;
        private int trajectories;
        private boolean counted;

        double mean() {
            return rewards / trajectories;
        }
    }

    private final Node root = new Node();

    /**
     * Advantages by token.
     *
     * @param rewards one a trajectory
     * @param sequences the tokens of each, without the common prompt; of any source
     * @return for each trajectory {@code [tokens]}
     */
    static List<double[]> advantages(double[] rewards, List<int[]> sequences) {
        var tree = new PrefixTree();
        for (int i = 0; i < rewards.length; i++) {
            tree.insert(rewards[i], sequences.get(i));
        }
        var advantages = new ArrayList<double[]>();
        for (int[] sequence : sequences) {
            advantages.add(tree.along(sequence));
        }
        return advantages;
    }

    private void insert(double reward, int[] sequence) {
        Node node = root;
        visit(node, reward);
        for (int token : sequence) {
            node = node.children.computeIfAbsent(token, t -> new Node());
            visit(node, reward);
        }
    }

    private static void visit(Node node, double reward) {
        node.rewards += reward;
        node.trajectories++;
    }

    private double[] along(int[] sequence) {
        var values = new double[sequence.length];
        Node node = root;
        for (int t = 0; t < sequence.length; t++) {
            Node child = node.children.get(sequence[t]);
            boolean parts = child.trajectories < node.trajectories;
            if (parts && !child.counted) {
                values[t] = child.mean() - node.mean();
                child.counted = true;
            }
            node = child;
        }
        return values;
    }
}
