package io.troupe.policy.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JinjaTemplateTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 9, 7, 5, 2);

    record Snippet(String template, @Nullable String text, Map<String, Object> variables) {
        @Override
        public String toString() {
            return template;
        }
    }

    static Stream<Snippet> snippets() throws IOException {
        JsonNode golden;
        try (var file = JinjaTemplateTest.class.getResourceAsStream("/io/troupe/policy/golden-chat/snippets.json")) {
            golden = JSON.readTree(file);
        }
        Map<String, Object> variables = JSON.convertValue(golden.get("variables"), new TypeReference<>() {});
        return StreamSupport.stream(golden.get("cases").spliterator(), false)
                .map(node -> new Snippet(
                        node.get("template").asText(), node.get("text").textValue(), variables));
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void rendersWhatJinja2Renders(Snippet snippet) {
        if (snippet.text() == null) {
            assertThatThrownBy(() -> JinjaTemplate.parse(snippet.template()).render(snippet.variables(), NOW))
                    .isInstanceOf(TemplateException.class)
                    .hasMessageStartingWith("line ");
        } else {
            assertThat(JinjaTemplate.parse(snippet.template()).render(snippet.variables(), NOW))
                    .isEqualTo(snippet.text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(10**12) %}{% endfor %}",
                "{% for i in range(10**5) %}{% for j in range(10**5) %}{% endfor %}{% endfor %}",
                "{{ range(10**9)|list|length }}",
                "{{ range(10**9)|sum }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
                "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
                "{% set ns = namespace(t='x') %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
                "{% set ns = namespace(t='x') %}{% for i in range(99) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
                "{% set ns = namespace(t='x') %}{% for i in range(99) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t }}",
                "{% set ns = namespace(t='x') %}{% for i in range(99) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t == ns.t|list }}",
                "{% set ns = namespace(t=1) %}{% for i in range(9999) %}{% set ns.t = [ns.t] %}{% endfor %}{{ ns.t|tojson }}",
                "{% set ns = namespace(t='ab') %}{% for i in range(99) %}{% set ns.t = ns.t|replace('', 'xy') %}{% endfor %}",
                "{{ 'x' * 10**10 }}",
                "{{ [1] * 10**10 }}",
                "{{ 'x'.center(10**10) }}",
                "{{ '7'.zfill(10**10) }}",
                "{{ ('x' * 10**6)|indent(10**9, true) }}",
                "{{ ['x'*10**6]*10**5|join }}",
                "{{ (['x' * 10**6] * 10**3)|join }}",
                "{{ 10 ** 10 ** 10 }}",
                "{{ '%9999999999d' % 1 }}",
                "{% for i in range(10**6) %}{{ 'x' * 10**6 }}{% endfor %}",
            })
    void whatRunsAwayIsStopped(String template) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> JinjaTemplate.parse(template).render(Map.of(), NOW))
                        .isInstanceOf(TemplateException.class));
    }

    @Test
    void whatIsNestedTooDeepIsRefused() {
        for (String template : new String[] {
            "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}",
            "{{ " + "[".repeat(100_000) + "]".repeat(100_000) + " }}",
            "{{ " + "-".repeat(100_000) + "1 }}",
            "{{ " + "not ".repeat(100_000) + "1 }}",
            "{{ 1" + " if 1 else 1".repeat(100_000) + " }}",
            "{{ 1" + " + 1".repeat(100_000) + " }}",
            "{{ x" + ".a".repeat(100_000) + " }}",
            "{{ 'x'" + "|trim".repeat(100_000) + " }}",
            "{% if 1 %}".repeat(100_000) + "{% endif %}".repeat(100_000),
        }) {
            assertThatThrownBy(() -> JinjaTemplate.parse(template).render(Map.of(), NOW))
                    .isInstanceOf(TemplateException.class)
                    .hasMessageContaining("nest");
        }
    }

    @Test
    void anErrorNamesItsLine() {
        assertThatThrownBy(() -> JinjaTemplate.parse("a\n{% if x %}\n{{ x }\n{% endif %}"))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith("line 3");
        assertThatThrownBy(() -> JinjaTemplate.parse("a\n\n{{ raise_exception('no ' ~ 'tools') }}")
                        .render(Map.of(), NOW))
                .hasMessage("line 3: the template refuses the conversation: no tools");
        assertThatThrownBy(() -> JinjaTemplate.parse("{% include 'x' %}"))
                .hasMessage("line 1: 'include' reaches outside of the template and is not supported");
    }
}
