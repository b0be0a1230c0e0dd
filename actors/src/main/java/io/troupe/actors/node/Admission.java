package io.troupe.actors.node;

import io.troupe.actors.wire.WireProtocol;
import io.troupe.proto.v1.AdmissionFault;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeRefusal;
import io.troupe.proto.v1.NodeWelcome;
import io.troupe.proto.v1.RunStamp;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who may come into a cluster: decides on a node's hello, by what the cluster is. A node that could not take part, or would harm a run that is not its own, is
 * refused with a reason that a person can act on, before it is a member of anything. Immutable.
 *
 * @param cluster the cluster's name
 * @param stamp the run that goes on here
 * @param troupeVersion the Troupe that runs here, such as "0.1.0 (abc1234)"
 * @param alike what both sides must have alike, such as {@code maximum-frame-size}; what only one side names is not compared
 */
record Admission(String cluster, RunStamp stamp, String troupeVersion, Map<String, String> alike) {

    /** What a node may do in a cluster. */
    static final List<String> ROLES = List.of("learner", "rollout", "verifier");

    /** Of a text that another node sent, so much is repeated to people. */
    private static final int QUOTED = 80;

    /** The answer to a hello. */
    sealed interface Answer {}

    /** It may come in. */
    record Welcome(NodeWelcome message) implements Answer {}

    /** It may not. */
    record Refusal(NodeRefusal message) implements Answer {}

    private record Fault(AdmissionFault kind, String reason) {}

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Fault fault;

        Refused(AdmissionFault kind, String reason) {
            super(reason, null, false, false);
            fault = new Fault(kind, reason);
        }
    }

    Admission {
        if (cluster.isBlank() || stamp.getRunId().isEmpty() || stamp.getEpoch() < 1) {
            throw new IllegalArgumentException(
                    "a cluster has a name and a run with an epoch, not \"" + cluster + "\" and " + describe(stamp));
        }
        alike = Map.copyOf(alike);
    }

    /** Decides. Whatever the hello holds, there is an answer. */
    Answer answer(NodeHello hello) {
        try {
            checkProtocol(hello);
            checkCluster(hello);
            checkRun(hello.getStamp());
            checkRoles(hello.getRolesList());
            checkAlike(hello.getAlikeMap());
        } catch (Refused e) {
            return new Refusal(NodeRefusal.newBuilder()
                    .setFault(e.fault.kind())
                    .setReason(e.fault.reason())
                    .setProtocol(WireProtocol.VERSION)
                    .setTroupeVersion(troupeVersion)
                    .setStamp(stamp)
                    .build());
        }
        NodeWelcome.Builder welcome = NodeWelcome.newBuilder()
                .setProtocol(WireProtocol.VERSION)
                .setTroupeVersion(troupeVersion)
                .setCluster(cluster)
                .setStamp(stamp);
        if (!hello.getTroupeVersion().equals(troupeVersion)) {
            welcome.addNotes("the node runs Troupe " + quoted(hello.getTroupeVersion()) + ", the cluster "
                    + quoted(troupeVersion) + "; they speak the same protocol");
        }
        return new Welcome(welcome.build());
    }

    private static void checkProtocol(NodeHello hello) throws Refused {
        if (hello.getProtocol() < 1) {
            throw new Refused(
                    AdmissionFault.ADMISSION_FAULT_MALFORMED,
                    "the hello names no version of the protocol; it does not come from a node of Troupe");
        }
        if (hello.getProtocol() != WireProtocol.VERSION) {
            throw new Refused(
                    AdmissionFault.ADMISSION_FAULT_PROTOCOL,
                    "the node speaks version " + hello.getProtocol() + " of the protocol (Troupe "
                            + quoted(hello.getTroupeVersion()) + "), the cluster speaks version " + WireProtocol.VERSION
                            + "; run the same version of Troupe on all nodes");
        }
    }

    private void checkCluster(NodeHello hello) throws Refused {
        if (!hello.getCluster().equals(cluster)) {
            throw new Refused(
                    AdmissionFault.ADMISSION_FAULT_CLUSTER,
                    "the node looks for the cluster " + quoted(hello.getCluster()) + ", this is " + quoted(cluster)
                            + "; give it another address to join, or the same cluster.name");
        }
    }

    private void checkRun(RunStamp wanted) throws Refused {
        if (wanted.getRunId().isEmpty()) {
            return;
        }
        if (!wanted.getRunId().equals(stamp.getRunId())) {
            throw new Refused(
                    AdmissionFault.ADMISSION_FAULT_RUN,
                    "the node works for run " + quoted(wanted.getRunId()) + ", but run " + quoted(stamp.getRunId())
                            + " goes on here; start it anew to work for this one");
        }
        if (wanted.getEpoch() != 0 && wanted.getEpoch() != stamp.getEpoch()) {
            throw new Refused(
                    AdmissionFault.ADMISSION_FAULT_EPOCH,
                    "the node belongs to epoch " + wanted.getEpoch() + " of the run, but it is in epoch "
                            + stamp.getEpoch() + (wanted.getEpoch() < stamp.getEpoch() ? " now" : " here still")
                            + "; start the node anew");
        }
    }

    private static void checkRoles(List<String> roles) throws Refused {
        if (roles.isEmpty()) {
            throw new Refused(
                    AdmissionFault.ADMISSION_FAULT_ROLE,
                    "the node has no role; expected one or more of " + String.join(", ", ROLES));
        }
        for (String role : roles) {
            if (!ROLES.contains(role)) {
                throw new Refused(
                        AdmissionFault.ADMISSION_FAULT_ROLE,
                        "the role " + quoted(role) + " is not known here; expected " + String.join(", ", ROLES));
            }
        }
    }

    private void checkAlike(Map<String, String> theirs) throws Refused {
        for (Map.Entry<String, String> ours : new TreeMap<>(alike).entrySet()) {
            String other = theirs.get(ours.getKey());
            if (other != null && !other.equals(ours.getValue())) {
                throw new Refused(
                        AdmissionFault.ADMISSION_FAULT_CONFIGURATION,
                        ours.getKey() + " must be alike on all nodes: the node has " + quoted(other)
                                + ", the cluster has " + quoted(ours.getValue()));
            }
        }
    }

    private static String describe(RunStamp stamp) {
        return "run " + quoted(stamp.getRunId()) + ", epoch " + stamp.getEpoch();
    }

    /** A text from elsewhere, so that it can't fill a log or write lines of its own into it. */
    private static String quoted(String text) {
        String cut = text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "…";
        return "\"" + cut.replaceAll("\\p{C}", "?") + "\"";
    }
}
