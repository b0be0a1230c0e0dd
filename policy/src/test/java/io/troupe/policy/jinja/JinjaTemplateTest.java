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
import org.junit.jupiter.params.provider.CsvSource;
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
                "{% set t = '€' * 8000000 %}{% for i in range(10**6) %}{% if t|length %}{% endif %}{% endfor %}",
                "{% set t = 'ab' * 4000000 %}{% for i in range(10**6) %}{% if t is upper %}{% endif %}{% endfor %}",
                "{% set t = 'ab' * 4000000 %}{% for i in range(10**6) %}{% set u = t|replace('x', 'y') %}{% endfor %}",
                "{% set t = '1' * 8000000 %}{% for i in range(10**6) %}{% set u = t|int %}{% endfor %}",
                "{% set t = '1' * 8000000 %}{% for i in range(10**6) %}{% set u = t|float %}{% endfor %}",
                "{% set t = '1' * 8000000 %}{% for i in range(10**6) %}{% set u = {}[t] %}{% endfor %}",
                "{% set t = '1' * 8000000 %}{% set m = {t: 1} %}{% set u = t ~ '' %}{% for i in range(10**6) %}{% if m[u] %}{% endif %}{% endfor %}",
                "{{ ['\\u0001' * 16000000] }}",
                "{{ ('\\u0001' * 16000000)|tojson }}",
                "{{ ('&' * 16000000)|e }}",
                "{% set s = ('x' * 8000000, ':') %}{% for i in range(10**6) %}{% set x = [1, 2]|tojson(separators=s) %}{% endfor %}",
                "{% for i in range(10**6) %}{% set x = (4.9e-324 * i) ~ '' %}{% endfor %}",
                "{% for i in range(10**6) %}{% set x = '%.9999f' % 1e308 %}{% endfor %}",
                "{% for i in range(10**7) %}{% set x = 4.9e-324|round(400) %}{% endfor %}",
                "{% set f = '%' ~ ' ' * 8000000 ~ 'd' %}{% for i in range(10**6) %}{% set x = f % 1 %}{% endfor %}",
                "{% set t = '€' * 8000000 %}{% for i in range(10**6) %}{% set x = '%.1s' % t %}{% endfor %}",
                "{% set ns = namespace(t=[1]) %}{% for i in range(40) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t * 9223372036854775807 }}",
                "{% set t = 'ab' * 8000000 %}{{ [t.split('a'), t.split('a'), t.split('a'), t.split('a'), t.split('a')] }}",
                "{{ ('a' * 8000000 ~ 'c').strip('b' * 900000 ~ 'a') }}",
                "{% set t = ('a' * 1000,) * 1000000 %}{% for i in range(10**6) %}{% set v = ('a' * 999).startswith(('b',) + t[:9]) %}{% endfor %}",
                "{{ strftime_now('%Y' * 4000000) }}",
                "{{ '😀'.zfill(9223372036854775807) }}",
                "{{ (-9223372036854775807 - 1)|abs }}",
                "{{ 'abcde'|truncate(10, leeway=-100) }}",
                "{{ not_there|int }}",
            })
    void whatRunsAwayIsStopped(String template) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> JinjaTemplate.parse(template).render(Map.of(), NOW))
                        .isInstanceOf(TemplateException.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "('a' * 8000000).find('a' * 4000000 ~ 'b') | -1",
                "('a' * 8000000).rfind('b' ~ 'a' * 4000000) | -1",
                "('a' * 4000000 ~ 'b') in ('a' * 8000000) | False",
                "('a' * 8000000).count('a' * 4000000) | 2",
                "('a' * 8000000).count('a' * 4000000 ~ 'b') | 0",
                "('a' * 8000000).rpartition('b' ~ 'a' * 4000000)[0] | ''",
                "('ß' * 1000000).upper() == 'SS' * 1000000 | True",
                "('İ' * 1000000).lower() == 'i̇' * 1000000 | True",
                "'abc'.find('') ~ 'abcabc'.rfind('bc') | 04",
            })
    void whatTookTheSquareOfItsLengthDoesNot(String expression, String value) {
        String text = assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> JinjaTemplate.parse("{{ " + expression + " }}").render(Map.of(), NOW));
        assertThat(text).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'abc'|truncate(9223372036854775807); abc",
                "'abcdefgh ijkl'|truncate(9, leeway=0) ~ 'abc'|truncate(3, leeway=9223372036854775807); abcdef...abc",
                "'x'.center(-9223372036854775807 - 1); x",
                "[9007199254740993, 9007199254740992.0, 9007199254740992]|sort|last; 9007199254740993",
                "9007199254740993 == 9007199254740992.0; False",
                "1 == 1.0 and 1 < 1.5 and 2 > 1.5 and -2 < -1.5 and 0 == -0.0; True",
                "9223372036854775807 < 1e19 and 9223372036854775807 > -1e19; True",
                "'don\\'t stop_it, 2² or ä'|wordcount; 6",
                "['\\u0001\\x9f\\ud83d​']; ['\\x01\\x9f\\ud83d\\u200b']",
                "'\\u0001'|tojson; \"\\u0001\"",
            })
    void extremesMeanWhatTheyMeanInPython(String expression, String value) {
        assertThat(JinjaTemplate.parse("{{ " + expression + " }}").render(Map.of(), NOW))
                .isEqualTo(value);
    }

    @Test
    void whatIsTooLongToBeReadIsRefused() {
        for (String template : new String[] {
            "x".repeat(1_000_001), "{{ " + "x".repeat(1001) + " }}", "{{ 0x" + "f".repeat(900_000) + " }}"
        }) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(5),
                    () -> assertThatThrownBy(() -> JinjaTemplate.parse(template))
                            .isInstanceOf(TemplateException.class)
                            .hasMessageMatching(".*(too long|too great).*"));
        }
        assertThat(JinjaTemplate.parse("{{ 0x" + "0".repeat(100) + "ff }}").render(Map.of(), NOW))
                .isEqualTo("255");
    }

    @Test
    void whatIsNestedTooDeepIsRefused() {
        for (String template : new String[] {
            "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}",
            "{{ " + "[".repeat(100_000) + "]".repeat(100_000) + " }}",
            "{{ " + "-".repeat(100_000) + "1 }}",
            "{{ " + "not ".repeat(100_000) + "1 }}",
            "{{ 1" + " if 1 else 1".repeat(80_000) + " }}",
            "{{ 1" + " + 1".repeat(100_000) + " }}",
            "{{ x" + ".a".repeat(100_000) + " }}",
            "{{ 'x'" + "|trim".repeat(100_000) + " }}",
            "{% if 1 %}".repeat(99_999),
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
