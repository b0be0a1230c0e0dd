package io.troupe.policy.jinja;

/** A template can't be read or rendered: the message says what is wrong and, where it is known, in which line. */
public final class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(message);
    }

    TemplateException inLine(int line) {
        String message = String.valueOf(getMessage());
        return message.startsWith("line ") ? this : new TemplateException("line " + line + ": " + message);
    }
}
