package io.troupe.verifier.dataset;

import io.troupe.verifier.OptionDefault;
import io.troupe.verifier.OptionsException;
import org.jspecify.annotations.Nullable;

/**
 * How a data set is read and judged. Columns may be paths such as {@code reward_model.ground_truth}.
 *
 * @param path a file, a folder, or a folder with a pattern such as {@code data/train-*.jsonl}
 * @param evaluationPath where the held-out rows are, in the same form; null to hold out a share of {@code path}
 * @param evaluationShare the share of the questions that is held out, in (0, 1), where there is no evaluation path
 * @param format {@code plain}, or {@code gsm8k}, which sets what is not given to what GSM8K's own files need
 * @param question the column of the question
 * @param chat the column of a whole conversation, a list of {@code {role, content}}; used instead of question, system and template
 * @param answer the column of the right answer
 * @param answerAfter what stands before the answer in its column, such as {@code ####}; the last one counts
 * @param system instructions; none if empty
 * @param template the user's words, in which <code>{question}</code> stands for the question
 * @param prefill how the policy's turn begins
 * @param grader who judges, one of {@code troupe verify --help}
 * @param profile the grader's profile; null for its first
 * @param limit only so many rows of each file set, the first; null for all
 */
public record DatasetOptions(
        String path,
        @Nullable String evaluationPath,
        @OptionDefault("0.1") double evaluationShare,
        @OptionDefault("plain") Format format,
        @Nullable String question,
        @Nullable String chat,
        @Nullable String answer,
        @Nullable String answerAfter,
        @Nullable String system,
        @OptionDefault("\"{question}\"") String template,
        @OptionDefault("\"\"") String prefill,
        @Nullable String grader,
        @Nullable String profile,
        @Nullable Integer limit) {

    /** What a file's columns are. */
    public enum Format {
        /** As the options say. */
        PLAIN,
        /** GSM8K's own: question, and answer with {@code ####} before the number. */
        GSM8K
    }

    private static final String GSM8K_SYSTEM =
            "Solve the problem step by step. End with a line that holds #### and the answer as a number.";

    /** Fills in what the format implies. */
    public DatasetOptions {
        boolean gsm8k = format == Format.GSM8K;
        question = question == null ? "question" : question;
        answer = answer == null ? "answer" : answer;
        answerAfter = answerAfter == null ? (gsm8k ? "####" : "") : answerAfter;
        system = system == null ? (gsm8k ? GSM8K_SYSTEM : "") : system;
        grader = grader == null ? (gsm8k ? "gsm8k" : "math") : grader;
        if (path.isBlank()) {
            throw new OptionsException("path = \"\": expected a file, a folder, or a pattern");
        }
        if (!(evaluationShare > 0 && evaluationShare < 1)) {
            throw new OptionsException("evaluation-share = " + evaluationShare + ": expected a number between 0 and 1");
        }
        if (!template.contains("{question}")) {
            throw new OptionsException("template = \"" + template + "\": expected {question} somewhere in it");
        }
        if (limit != null && limit < 1) {
            throw new OptionsException("limit = " + limit + ": expected at least 1, or null for all");
        }
    }
}
