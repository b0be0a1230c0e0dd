package io.troupe.verifier.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.tool.CallAttempt.Call;
import io.troupe.verifier.tool.CallAttempt.Malformed;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ToolCallFormatTest {

    private static final ToolSpec SEARCH = ToolSpec.ofText("search", "Finds articles.", "query", "what to look for");
    private static final ToolSpec WEATHER = new ToolSpec(
            "weather",
            "The weather.",
            "{\"type\":\"object\",\"properties\":{\"town\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\"}}}");
    private static final List<ToolSpec> TOOLS = List.of(SEARCH, WEATHER);

    private static ParsedTurn hermes(String turn) {
        return ToolFormat.HERMES.calls().parse(turn, TOOLS, new Fuel(10_000_000));
    }

    private static ParsedTurn tags(String turn) {
        return ToolFormat.TAGS.calls().parse(turn, TOOLS, new Fuel(10_000_000));
    }

    private static Call search(String query) {
        return new Call("search", Map.of("query", query));
    }

    private static String problem(ParsedTurn turn) {
        assertThat(turn.calls()).singleElement().isInstanceOf(Malformed.class);
        return ((Malformed) turn.calls().get(0)).problem();
    }

    @Example
    void readsAHermesCallAndWhatStandsAroundIt() {
        ParsedTurn turn = hermes(
                "First:\n<tool_call>\n{\"name\": \"search\", \"arguments\": {\"query\": \"who\"}}\n</tool_call> done");

        assertThat(turn.calls()).containsExactly(search("who"));
        assertThat(turn.rest()).isEqualTo("First:\n done");
    }

    @Example
    void readsSeveralCallsInTheirOrder() {
        String one = "{\"name\":\"search\",\"arguments\":{\"query\":\"a\"}}";
        String two = "{\"name\":\"weather\",\"arguments\":{\"town\":\"Ulm\",\"days\":2}}";
        Call weather = new Call("weather", Map.of("town", "Ulm", "days", 2));

        for (String turn : List.of(
                "<tool_call>" + one + "</tool_call><tool_call>" + two + "</tool_call>",
                "<tool_call>" + one + "\n" + two + "</tool_call>",
                "<tool_call>[" + one + "," + two + "]</tool_call>",
                "<tool_call>" + one + "<tool_call>" + two)) {
            assertThat(hermes(turn).calls()).as(turn).containsExactly(search("a"), weather);
        }
    }

    @Example
    void toleratesWhatModelsWriteWhereTheMeaningIsClear() {
        for (String block : List.of(
                "```json\n{\"name\": \"search\", \"arguments\": {\"query\": \"a\"}}\n```",
                "{'name': 'search', 'arguments': {'query': 'a'},}",
                "{\"name\": \"search\", \"parameters\": {\"query\": \"a\"}}",
                "{\"name\": \"search\", \"arguments\": \"{\\\"query\\\": \\\"a\\\"}\"}")) {
            assertThat(hermes("<tool_call>" + block + "</tool_call>").calls())
                    .as(block)
                    .containsExactly(search("a"));
        }
        assertThat(hermes("<tool_call>{\"name\":\"search\",\"arguments\":{\"query\":\"two\nlines\"}}</tool_call>")
                        .calls())
                .containsExactly(search("two\nlines"));
        assertThat(hermes("<tool_call>{\"name\":\"search\"}").calls()).containsExactly(new Call("search", Map.of()));
    }

    @Example
    void saysWhatIsWrongWithACallThatItCannotRead() {
        assertThat(problem(hermes("<tool_call>search who</tool_call>"))).contains("could not be read");
        assertThat(problem(hermes("<tool_call></tool_call>"))).contains("empty");
        assertThat(problem(hermes("<tool_call>{\"arguments\":{}}</tool_call>"))).contains("\"name\"");
        assertThat(problem(hermes("<tool_call>{\"name\":\"search\",\"arguments\":7}</tool_call>")))
                .contains("no object");
        assertThat(problem(hermes("<tool_call>{\"name\":\"search\",\"arguments\":\"who\"}</tool_call>")))
                .contains("no JSON");
        assertThat(problem(hermes("<tool_call>" + "[".repeat(100_000) + "</tool_call>")))
                .hasSizeLessThan(400);
    }

    @Example
    void readsATagOfATool() {
        ParsedTurn turn = tags("<think>hm</think><search> who is it </search> and then");

        assertThat(turn.calls()).containsExactly(search("who is it"));
        assertThat(turn.rest()).isEqualTo("<think>hm</think> and then");
    }

    @Example
    void readsTagsOfSeveralToolsInTheirOrder() {
        assertThat(tags("<search>a</search><weather>{\"town\":\"Ulm\"}</weather><search>b</search>")
                        .calls())
                .containsExactly(search("a"), new Call("weather", Map.of("town", "Ulm")), search("b"));
    }

    @Example
    void takesTheLastOpeningBeforeAClosingTag() {
        assertThat(tags("<search>no <search>yes</search>").calls()).containsExactly(search("yes"));
    }

    @Example
    void reportsATagThatIsNotClosedOnceAndOneThatNeedsJson() {
        assertThat(problem(tags("<search>a<search>b"))).isEqualTo("<search> without </search>");
        assertThat(problem(tags("<weather>Ulm</weather>"))).contains("JSON object");
        assertThat(tags("</search>a<searching>").calls()).isEmpty();
    }

    @Example
    void describesTheToolsAsHermesModelsKnowThem() {
        assertThat(ToolFormat.HERMES.calls().describe(TOOLS))
                .contains("within <tools></tools> XML tags:\n<tools>\n{\"type\": \"function\", \"function\": {\"name\":"
                        + " \"search\", \"description\": \"Finds articles.\", \"parameters\": {\"type\": \"object\","
                        + " \"properties\": {\"query\": {\"type\": \"string\", \"description\": \"what to look for\"}},"
                        + " \"required\": [\"query\"]}}}\n{\"type\": \"function\"")
                .endsWith("</tool_call>");
        assertThat(ToolFormat.TAGS.calls().describe(List.of(SEARCH)))
                .isEqualTo("Tools:\n<search> query </search>: Finds articles.");
    }

    @Property(tries = 500, seed = "1")
    void readsBackWhatItWrites(@ForAll String query, @ForAll int days) {
        var weather = new Call("weather", Map.of("town", query, "days", days));
        Stream.of(ToolFormat.HERMES).map(ToolFormat::calls).forEach(format -> {
            assertThat(format.parse(format.write(SEARCH, search(query)), TOOLS, new Fuel(100_000))
                            .calls())
                    .containsExactly(search(query));
            assertThat(format.parse(format.write(WEATHER, weather), TOOLS, new Fuel(100_000))
                            .calls())
                    .containsExactly(weather);
        });
        ToolCallFormat tags = ToolFormat.TAGS.calls();
        assertThat(tags.parse(tags.write(SEARCH, search(query.strip())), TOOLS, new Fuel(100_000))
                        .calls())
                .containsExactly(search(query.strip()));
    }

    @Property(tries = 2_000, seed = "1")
    void neverThrowsWhateverStandsInACall(@ForAll String noise) {
        for (String turn : List.of(
                noise,
                "<tool_call>" + noise + "</tool_call>",
                "<tool_call>{\"name\":\"search\",\"arguments\":{\"query\":\"" + noise + "\"}}",
                "<weather>{" + noise + "}</weather>",
                "<search>" + noise + "<search></search>" + noise)) {
            hermes(turn);
            tags(turn);
        }
    }

    @Example
    void staysLinearOnHugeTurns() {
        for (String part : List.of(
                "<tool_call>",
                "<tool_call>{\"a\":\"",
                "<search>",
                "<search></search>",
                "</search>",
                "<",
                "[",
                "{\"a\":",
                "```",
                "<tool_call>1 ")) {
            String noise = part.repeat(2_000_000 / part.length());
            long start = System.nanoTime();
            hermes(noise);
            hermes("<tool_call>" + noise + "</tool_call>");
            tags(noise);
            tags("<weather>" + noise + "</weather>");
            assertThat(System.nanoTime() - start).as(part).isLessThan(20_000_000_000L);
        }
    }

    @Example
    void aTemplatesToolsAreDescribedByItAndJsonThatIsATurnIsACall() {
        ToolCallFormat template = ToolFormat.TEMPLATE.calls();
        String json = "{\"name\": \"search\", \"parameters\": {\"query\": \"who\"}}";

        assertThat(template.describe(TOOLS)).isEmpty();
        assertThat(ToolFormat.HERMES.calls().describe(TOOLS))
                .contains(template.forTemplate(TOOLS).get(0));
        for (String turn : List.of(
                json,
                "\n" + json + "\n",
                "<|python_tag|>" + json,
                "[TOOL_CALLS][" + json + "]",
                "<tool_call>" + json + "</tool_call>")) {
            assertThat(template.parse(turn, TOOLS, new Fuel(1000)).calls())
                    .as(turn)
                    .containsExactly(search("who"));
        }
        for (String turn : List.of("{\"x\": 1}", "[1, 2]", "{not JSON}", "the answer is " + json)) {
            assertThat(template.parse(turn, TOOLS, new Fuel(1000))).as(turn).isEqualTo(new ParsedTurn(List.of(), turn));
        }
        assertThat(template.parse("[TOOL_CALLS] {", TOOLS, new Fuel(1000)).calls())
                .singleElement()
                .isInstanceOf(Malformed.class);
    }

    @Example
    void paysForATurnWithFuel() {
        for (ToolFormat format : ToolFormat.values()) {
            assertThatExceptionOfType(FuelExhaustedException.class)
                    .isThrownBy(() -> format.calls().parse("x".repeat(100), TOOLS, new Fuel(50)));
        }
    }

    @Example
    void refusesASpecificationThatNoPolicyCouldUse() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ToolSpec("two words", "", "{}"))
                .withMessageContaining("two words");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ToolSpec("search", "", "[]"))
                .withMessageContaining("search");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ToolSpec("search", "", "{"))
                .withMessageContaining("no JSON");
    }
}
