package io.troupe.policy.jinja;

import java.util.List;

/** Something that a template does. */
interface Statement {

    /** How it goes on after a statement. */
    enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    Flow execute(Scope scope, Output output);

    /** The line of the template that it begins in. */
    int line();

    /** Does one after the other, up to one that leaves the loop around it. */
    static Flow run(List<Statement> statements, Scope scope, Output output) {
        for (Statement statement : statements) {
            Flow flow;
            try {
                scope.budget().enter();
                flow = statement.execute(scope, output);
                scope.budget().leave();
            } catch (TemplateException e) {
                throw e.inLine(statement.line());
            }
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }
}
