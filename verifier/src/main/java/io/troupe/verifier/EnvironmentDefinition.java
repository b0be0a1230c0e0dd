package io.troupe.verifier;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an {@link Environment} a task family by itself. The class is public, has a public constructor without parameters, and is named in {@code
 * META-INF/services/io.troupe.verifier.Environment}. Its tasks are made from seeds, as elsewhere: {@link Environment#reset} makes the puzzle from the seed
 * that it is given, and everything else follows.
 *
 * <p>Where it has options, their record is named here and there is a second public constructor that takes it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EnvironmentDefinition {

    /** The family's id: a name of yours, a slash, the environment's name, such as {@code acme/word-ladder}. */
    String id();

    /** One sentence for people. */
    String summary();

    /** The easiest level. */
    int minLevel() default 1;

    /** The hardest level. */
    int maxLevel() default 1;

    /** Where training starts. */
    int initialLevel() default 1;

    /** What a level is, for people. */
    String levelMeaning() default "there is one level";

    /** The record of its options, see {@link Options}. */
    Class<? extends Record> options() default NoOptions.class;
}
