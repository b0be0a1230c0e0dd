package io.troupe.policy.jinja;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A template that was read, to be rendered any number of times. Immutable, safe for any thread.
 *
 * <p>It means what it means to transformers, which renders chat templates with Jinja2's immutable sandbox, {@code trim_blocks}, {@code lstrip_blocks} and loop
 * controls: Python's values print as Python prints them, names that are not there are undefined rather than errors. Left out is what reaches outside
 * of the template: {@code include}, {@code import}, {@code extends}.
 *
 * <p>A template can't run away: it has at most a million characters, and a rendering takes at most ten million steps, sixteen million characters and two
 * hundred levels. What reads or makes much takes many steps, so that they are a matter of seconds and of a gigabyte allocated in all, whatever they are.
 */
public final class JinjaTemplate {

    private static final int MAX_SOURCE = 1_000_000;

    private final List<Statement> statements;

    private JinjaTemplate(List<Statement> statements) {
        this.statements = statements;
    }

    /**
     * Reads a template.
     *
     * @throws TemplateException saying in which line it is wrong
     */
    public static JinjaTemplate parse(String source) {
        if (source.length() > MAX_SOURCE) {
            throw new TemplateException(
                    "a template of " + source.length() + " characters is too long; the most are " + MAX_SOURCE);
        }
        return new JinjaTemplate(new StatementParser(new TokenStream(Lexer.tokens(source))).template());
    }

    /**
     * Renders it.
     *
     * @param variables what the template sees: null, booleans, numbers, strings, lists, and maps with keys of these
     * @param now what {@code strftime_now} tells
     * @throws TemplateException if it fails, calls {@code raise_exception}, or takes too much
     */
    public String render(Map<String, ? extends @Nullable Object> variables, LocalDateTime now) {
        var scope = new Scope(new Budget(), now);
        variables.forEach((name, value) -> scope.set(name, Values.plain(value)));
        var output = new Output(scope.budget());
        Statement.run(statements, scope.inner(), output);
        return output.toString();
    }
}
