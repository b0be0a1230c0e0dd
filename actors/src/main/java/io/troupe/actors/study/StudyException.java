package io.troupe.actors.study;

/** A study that cannot be begun or gone on with. The message is for a person: it names the cell or the folder and says what to do. */
public final class StudyException extends Exception {

    private static final long serialVersionUID = 1;

    StudyException(String message) {
        super(message);
    }
}
