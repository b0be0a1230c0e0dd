package io.troupe.policy.jinja;

/** What a name or attribute that there is not stands for: empty and false, and an error once more than that is asked of it. */
record Undefined(String name) {

    TemplateException error() {
        return new TemplateException(name + " is undefined");
    }
}
