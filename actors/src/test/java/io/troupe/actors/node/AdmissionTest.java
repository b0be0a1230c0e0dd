package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.troupe.actors.node.Admission.Refusal;
import io.troupe.actors.node.Admission.Welcome;
import io.troupe.actors.wire.WireProtocol;
import io.troupe.proto.v1.AdmissionFault;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeRefusal;
import io.troupe.proto.v1.NodeWelcome;
import io.troupe.proto.v1.RunStamp;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final RunStamp RUN = stamp("run-a", 3);
    private static final Admission ADMISSION =
            new Admission("lab", RUN, "0.1.0 (abc)", Map.of("maximum-frame-size", "4194304", "policy", "sha-1"));

    @Test
    void aNodeThatLooksForAnyRunIsToldWhichOneGoesOn() {
        NodeWelcome welcome = welcomed(hello());

        assertThat(welcome.getStamp()).isEqualTo(RUN);
        assertThat(welcome.getCluster()).isEqualTo("lab");
        assertThat(welcome.getProtocol()).isEqualTo(WireProtocol.VERSION);
        assertThat(welcome.getNotesList()).isEmpty();
    }

    @Test
    void aNodeOfThisRunComesInWithTheEpochOrWithoutOne() {
        welcomed(hello().setStamp(RUN));
        welcomed(hello().setStamp(stamp("run-a", 0)));
    }

    @Test
    void anotherTroupeWithTheSameProtocolComesInAndIsNoted() {
        assertThat(welcomed(hello().setTroupeVersion("0.2.0")).getNotesList())
                .containsExactly(
                        "the node runs Troupe \"0.2.0\", the cluster \"0.1.0 (abc)\"; they speak the same protocol");
    }

    @Test
    void aHelloWithoutAProtocolIsMalformed() {
        assertThat(refused(hello().setProtocol(0)).getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_MALFORMED);
        assertThat(refused(NodeHello.newBuilder()).getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_MALFORMED);
    }

    @Test
    void anotherProtocolIsRefusedWithBothVersions() {
        NodeRefusal refusal =
                refused(hello().setProtocol(WireProtocol.VERSION + 1).setTroupeVersion("9.0"));

        assertThat(refusal.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_PROTOCOL);
        assertThat(refusal.getReason())
                .isEqualTo(
                        "the node speaks version " + (WireProtocol.VERSION + 1) + " of the protocol (Troupe \"9.0\"),"
                                + " the cluster speaks version " + WireProtocol.VERSION
                                + "; run the same version of Troupe on all nodes");
        assertThat(refusal.getProtocol()).isEqualTo(WireProtocol.VERSION);
        assertThat(refusal.getStamp()).isEqualTo(RUN);
    }

    @Test
    void anotherClusterIsRefusedByName() {
        NodeRefusal refusal = refused(hello().setCluster("office"));

        assertThat(refusal.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_CLUSTER);
        assertThat(refusal.getReason()).contains("\"office\"").contains("\"lab\"");
    }

    @Test
    void anotherRunIsRefusedByItsId() {
        NodeRefusal refusal = refused(hello().setStamp(stamp("run-b", 3)));

        assertThat(refusal.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_RUN);
        assertThat(refusal.getReason()).contains("\"run-b\"").contains("\"run-a\"");
    }

    @Test
    void aGhostOfAnEarlierEpochIsRefusedAndSoIsANodeAheadOfThisOne() {
        NodeRefusal ghost = refused(hello().setStamp(stamp("run-a", 2)));
        NodeRefusal ahead = refused(hello().setStamp(stamp("run-a", 4)));

        assertThat(ghost.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_EPOCH);
        assertThat(ghost.getReason()).contains("epoch 2 of the run, but it is in epoch 3 now");
        assertThat(ahead.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_EPOCH);
        assertThat(ahead.getReason()).contains("epoch 4 of the run, but it is in epoch 3 here still");
    }

    @Test
    void aNodeWithoutARoleOrWithAnUnknownOneIsRefused() {
        NodeRefusal without = refused(hello().clearRoles());
        NodeRefusal unknown = refused(hello().addRoles("miner"));

        assertThat(without.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_ROLE);
        assertThat(unknown.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_ROLE);
        assertThat(unknown.getReason()).contains("\"miner\"").contains("learner, rollout, verifier");
    }

    @Test
    void whatMustBeAlikeIsComparedAndWhatOneSideDoesNotNameIsNot() {
        welcomed(hello().putAlike("policy", "sha-1").putAlike("of-the-future", "x"));
        NodeRefusal refusal = refused(hello().putAlike("maximum-frame-size", "262144"));

        assertThat(refusal.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_CONFIGURATION);
        assertThat(refusal.getReason())
                .isEqualTo("maximum-frame-size must be alike on all nodes: the node has \"262144\","
                        + " the cluster has \"4194304\"");
    }

    @Test
    void aReasonRepeatsLittleOfWhatTheNodeSaidAndNoLineOfItsOwn() {
        String reason = refused(hello().setCluster("x\n\u202eERROR all is lost" + "y".repeat(1_000_000)))
                .getReason();

        assertThat(reason).hasSizeLessThan(300).doesNotContain("\n").doesNotContain("\u202e");
    }

    @Property(tries = 500, seed = "1")
    void everyHelloThatCanBeReadIsAnswered(@ForAll @Size(max = 200) byte[] bytes) {
        NodeHello hello;
        try {
            hello = NodeHello.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return; // never reaches the door
        }
        assertThat(ADMISSION.answer(hello)).isInstanceOf(Refusal.class);
    }

    @Test
    void aClusterWithoutANameOrARunCannotAnswer() {
        assertThatThrownBy(() -> new Admission(" ", RUN, "0.1.0", Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Admission("lab", stamp("run-a", 0), "0.1.0", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("epoch 0");
    }

    private static NodeHello.Builder hello() {
        return NodeHello.newBuilder()
                .setProtocol(WireProtocol.VERSION)
                .setTroupeVersion("0.1.0 (abc)")
                .setCluster("lab")
                .addRoles("rollout")
                .addRoles("verifier");
    }

    private static RunStamp stamp(String run, long epoch) {
        return RunStamp.newBuilder().setRunId(run).setEpoch(epoch).build();
    }

    private static NodeWelcome welcomed(NodeHello.Builder hello) {
        assertThat(ADMISSION.answer(hello.build())).isInstanceOf(Welcome.class);
        return ((Welcome) ADMISSION.answer(hello.build())).message();
    }

    private static NodeRefusal refused(NodeHello.Builder hello) {
        assertThat(ADMISSION.answer(hello.build())).isInstanceOf(Refusal.class);
        return ((Refusal) ADMISSION.answer(hello.build())).message();
    }
}
