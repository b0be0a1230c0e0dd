package io.troupe.verifier;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a component of an options record is when the configuration does not give its key: a value as JSON, such as {@code 3}, {@code "text"} or {@code []}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OptionDefault {
    /** The value as JSON; a text that is no JSON is taken as it stands. */
    String value();
}
