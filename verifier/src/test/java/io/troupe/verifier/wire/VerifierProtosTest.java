package io.troupe.verifier.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerifierProtosTest {

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void bringsAVerdictOfEveryOutcomeBack(Outcome outcome) {
        Verdict verdict = outcome.carriesReward()
                ? Verdict.of(
                        outcome,
                        List.of(new RewardComponent("format", 1), new RewardComponent("answer", -1.5)),
                        "an answer",
                        "a rule")
                : Verdict.withoutReward(outcome, "a rule");

        assertThat(VerifierProtos.fromProto(VerifierProtos.toProto(verdict))).isEqualTo(verdict);
    }

    @Test
    void bringsMessagesBack() {
        var messages = List.of(Message.system("a"), Message.user("b"), Message.assistant("c"), Message.tool("d"));

        assertThat(VerifierProtos.fromProto(VerifierProtos.toProto(messages))).isEqualTo(messages);
    }

    @Test
    void refusesWhatAPeerLeftUnsaid() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerifierProtos.fromProto(io.troupe.proto.v1.Verdict.getDefaultInstance()))
                .withMessageContaining("OUTCOME_UNSPECIFIED");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerifierProtos.fromProto(io.troupe.proto.v1.Task.getDefaultInstance()))
                .withMessageContaining("SPLIT_UNSPECIFIED");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerifierProtos.fromProto(io.troupe.proto.v1.ChatMessage.getDefaultInstance()))
                .withMessageContaining("role");
    }
}
