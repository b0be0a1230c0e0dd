package io.troupe.environments.search;

/**
 * What a thing of one kind has exactly one of. The texts hold {@code %s} for the thing; a fact's sentence also holds {@code %o} for what it has.
 */
enum Relation {
    BIRTHPLACE(Kind.PERSON, Kind.TOWN, "the birthplace of %s", "Where was %s born?", "%s was born in %o."),
    BIRTH_YEAR(Kind.PERSON, Kind.NUMBER, "", "When was %s born?", "%s was born in %o."),
    TEACHER(Kind.PERSON, Kind.PERSON, "the teacher of %s", "Who taught %s?", "%s was taught by %o."),
    EMPLOYER(Kind.PERSON, Kind.COMPANY, "the employer of %s", "Who employs %s?", "%s works for %o."),
    RIVER(Kind.TOWN, Kind.RIVER, "the river of %s", "Which river runs through %s?", "%s lies on %o."),
    MAYOR(Kind.TOWN, Kind.PERSON, "the mayor of %s", "Who is the mayor of %s?", "The mayor of %s is %o."),
    LAKE(Kind.RIVER, Kind.LAKE, "the lake at the end of %s", "Into which lake does %s flow?", "%s flows into %o."),
    DEPTH(Kind.LAKE, Kind.NUMBER, "", "How many metres deep is %s?", "%s is %o metres deep."),
    SEAT(Kind.COMPANY, Kind.TOWN, "the seat of %s", "In which town is %s?", "%s is in %o."),
    FOUNDER(Kind.COMPANY, Kind.PERSON, "the founder of %s", "Who founded %s?", "%s was founded by %o."),
    AUTHOR(Kind.BOOK, Kind.PERSON, "the author of %s", "Who wrote %s?", "%s was written by %o."),
    PRINTED(Kind.BOOK, Kind.NUMBER, "", "When was %s printed?", "%s was printed in %o.");

    private final Kind subject;
    private final Kind object;
    private final String phrase;
    private final String question;
    private final String sentence;

    Relation(Kind subject, Kind object, String phrase, String question, String sentence) {
        this.subject = subject;
        this.object = object;
        this.phrase = phrase;
        this.question = question;
        this.sentence = sentence;
    }

    Kind subject() {
        return subject;
    }

    Kind object() {
        return object;
    }

    /** The object, said through its subject: the birthplace of Tavo Brenn. */
    String phrase(String thing) {
        return phrase.replace("%s", thing);
    }

    /** Asks for the object. */
    String question(String thing) {
        return question.replace("%s", thing);
    }

    /** Says the fact. */
    String sentence(String thing, String has) {
        return sentence.replace("%s", thing).replace("%o", has);
    }
}
