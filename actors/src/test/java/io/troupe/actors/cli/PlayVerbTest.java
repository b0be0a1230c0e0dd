package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlayVerbTest {

    @Test
    void aPersonPlaysSeveralTurnsAndSeesTheVerdict() {
        var played = Invocation.withInput(
                "<call>2*3</call>\n\n<answer>1</answer>\n.\n", "play", "agent/calculator", "--n", "1", "--gold");

        assertThat(played.exitCode()).as(played.err()).isZero();
        assertThat(played.out())
                .contains("[user]")
                .contains("[gold]")
                .contains("[tool]\n6")
                .contains("[WRONG]")
                .contains("reward 0")
                .contains("gold: ")
                .endsWith("1 played, 0 correct, reward 0 in all\n");
    }

    @Test
    void theEndOfTheInputEndsTheGame() {
        var played = Invocation.withInput("", "play", "logic/knights-and-knaves");

        assertThat(played.exitCode()).isZero();
        assertThat(played.out())
                .contains("[your turn begins with]\n<think>")
                .endsWith("0 played, 0 correct, reward 0 in all\n");
    }

    @Test
    void whatThereIsNotIsNamed() {
        assertThat(Invocation.withInput("", "play", "logic/knights-and-knave").err())
                .contains("did you mean");
        assertThat(Invocation.withInput("", "play", "math/arithmetic", "--level", "99")
                        .err())
                .contains("--level 99");
        var options = Invocation.withInput("", "play", "math/arithmetic", "--options", "{\"a\": 1}");
        assertThat(options.exitCode()).isEqualTo(2);
        assertThat(options.err()).contains("options.a");
    }
}
