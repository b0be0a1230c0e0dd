package io.troupe.verifier.logic;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.Message;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.TaskFamilyConformance;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Example;

class KnightsAndKnavesTest extends TaskFamilyConformance {

    private static final Pattern SAYING = Pattern.compile(
            "(\\w+) (?:said|says|told you|claimed|stated|insisted) that (.*)|(?:According to|In the words of) (\\w+), (.*)");
    private static final Pattern CLAIM = Pattern.compile("(\\w+) is (a|not a) (knight|knave)");

    private final KnightsAndKnaves family = new KnightsAndKnaves();

    @Override
    protected TaskFamily family() {
        return family;
    }

    @Override
    protected String content(Task task) {
        return Quiz.of(task.family(), task.split(), task.seed(), task.index(), task.level(), Perturbation.NONE)
                .puzzle()
                .key();
    }

    @Override
    protected int hardestDemonstratedLevel() {
        return 5;
    }

    @Override
    protected int sample() {
        return 100;
    }

    @Example
    void asksQuestionsThatHaveExactlyOneAnswerAsAReaderOfTheTextFinds() {
        for (int level = 1; level <= 7; level++) {
            for (int index = 0; index < 60; index++) {
                Task task = family.task(index % 2 == 0 ? Split.TRAIN : Split.EVALUATION, 4, index, level);

                List<String> answers = solve(task.prompt().get(1).content());

                assertThat(answers).as(task.toString()).containsExactly(task.gold());
            }
        }
    }

    /** The embedded policy was made from these: the pin was taken before there were options. */
    @Example
    void makesTheTasksAndDemonstrationsThatItAlwaysMade() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Split split : Split.values()) {
            for (int level = 1; level <= 7; level++) {
                for (int index = 0; index < 40; index++) {
                    Task task = family.task(split, 11, index, level);
                    digest.update(task.toString().getBytes(StandardCharsets.UTF_8));
                    if (level <= 4) {
                        for (Quality quality : Quality.values()) {
                            digest.update(family.demonstrator()
                                    .orElseThrow()
                                    .demonstrate(task, quality, new SplittableRandom(index))
                                    .toString()
                                    .getBytes(StandardCharsets.UTF_8));
                        }
                    }
                }
            }
        }
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("bc68cc60e3d95b4b572738bbdf853b52f4ad74dcdf8f648d104bb4fccc9dfc0d");
    }

    @Example
    void promptsAsLogicRlDoesAndBriefly() {
        Task task = family.task(Split.TRAIN, 1, 0, 3);

        assertThat(task.prompt())
                .extracting(Message::role)
                .containsExactly(Message.SYSTEM, Message.USER, Message.ASSISTANT);
        String system = task.prompt().get(0).content();
        assertThat(system)
                .contains("<think> </think>", "<answer> </answer>", "(1) Zoey is a knight\n(2) ...")
                .satisfies(text -> assertThat(text.split("\\s+", -1)).hasSizeLessThanOrEqualTo(60));
        assertThat(task.prompt().get(1).content())
                .startsWith("A very special island is inhabited only by knights and knaves.")
                .contains("You meet 4 inhabitants: ")
                .endsWith("So who is a knight and who is a knave?");
        assertThat(task.prefill()).isEqualTo("<think>");
    }

    @Example
    void drawsEveryKindOfStatementAndNobodyWhoSaysIAmAKnave() {
        var random = new SplittableRandom(9);
        Map<String, Integer> kinds = new TreeMap<>();
        for (int i = 0; i < 6_000; i++) {
            Statement statement = Statement.draw(random, 3, 1);
            assertThat(statement.key()).doesNotContain("l1");
            String kind = statement instanceof Statement.Compound compound
                    ? compound.connective().name()
                    : statement.getClass().getSimpleName();
            kinds.merge(kind, 1, Integer::sum);
        }
        assertThat(kinds).containsOnlyKeys("AND", "Claim", "Denial", "IF", "IFF", "OR");
        assertThat(kinds.values()).allSatisfy(count -> assertThat(count).isBetween(880, 1_120));
    }

    @Example
    void hasOneKeyForAStatementInEitherOrder() {
        var one = new Statement.Claim(0, true);
        var two = new Statement.Claim(1, false);

        for (Statement.Connective connective : Statement.Connective.values()) {
            String forth = new Statement.Compound(connective, one, two).key();
            String back = new Statement.Compound(connective, two, one).key();
            assertThat(forth.equals(back)).isEqualTo(connective != Statement.Connective.IF);
        }
    }

    @Example
    void demonstratesTheSearchLineByLine() {
        var puzzle = new Puzzle(List.of(
                new Statement.Compound(
                        Statement.Connective.IF, new Statement.Claim(1, false), new Statement.Claim(0, true)),
                new Statement.Denial(new Statement.Claim(0, true))));
        var quiz = new Quiz(
                puzzle, List.of("Zoey", "Oliver"), puzzle.solution().orElseThrow(), "", RolePair.KNIGHTS_AND_KNAVES);

        assertThat(SearchDemonstration.sound(quiz)).isEqualTo("""
                         Zoey knight Oliver knight: false then true truth ok lie no
                         Zoey knight Oliver knave: true then true truth ok lie ok
                        </think>
                        <answer>
                        (1) Zoey is a knight
                        (2) Oliver is a knave
                        </answer>""".indent(0).stripTrailing());
    }

    @Example
    void guessesEveryWrongAnswerWhenHastyAndNeverTheRightOne() {
        Task task = family.task(Split.TRAIN, 1, 0, 2);
        Map<String, Integer> guesses = new TreeMap<>();
        for (int seed = 0; seed < 1_400; seed++) {
            String turn = family.demonstrator()
                    .orElseThrow()
                    .demonstrate(task, Quality.HASTY, new SplittableRandom(seed))
                    .get(0)
                    .content();
            assertThat(turn).startsWith(" Just a guess.\n</think>");
            guesses.merge(turn, 1, Integer::sum);
        }
        assertThat(guesses).hasSize(7);
        assertThat(guesses.keySet()).noneMatch(turn -> turn.contains(task.gold()));
        assertThat(guesses.values()).allSatisfy(count -> assertThat(count).isBetween(140, 260));
    }

    /** Reads the question as a person would and tries everything: shares no code with the generator. */
    static List<String> solve(String quiz) {
        String[] sentences = quiz.split("\\. ", -1);
        String list = sentences[2].substring(sentences[2].indexOf(": ") + 2);
        List<String> names = List.of(list.split(",? and |, ", -1));
        List<String> speakers = new ArrayList<>();
        List<String> contents = new ArrayList<>();
        for (int i = 3; i < sentences.length - 1; i++) {
            Matcher saying = SAYING.matcher(sentences[i]);
            assertThat(saying.matches()).as(sentences[i]).isTrue();
            speakers.add(saying.group(1) != null ? saying.group(1) : saying.group(3));
            contents.add(saying.group(2) != null ? saying.group(2) : saying.group(4));
        }
        assertThat(speakers).isEqualTo(names);
        List<String> answers = new ArrayList<>();
        for (int knights = 0; knights < 1 << names.size(); knights++) {
            Map<String, Boolean> roles = new TreeMap<>();
            for (int i = 0; i < names.size(); i++) {
                roles.put(names.get(i), (knights >> i & 1) == 1);
            }
            boolean consistent = true;
            for (int i = 0; i < names.size(); i++) {
                consistent &= roles.get(names.get(i)) == holds(contents.get(i), roles);
            }
            if (consistent) {
                answers.add(names.stream()
                        .map(name -> "(" + (names.indexOf(name) + 1) + ") " + name + " is a "
                                + (roles.get(name) ? "knight" : "knave"))
                        .collect(Collectors.joining("\n")));
            }
        }
        return answers;
    }

    private static boolean holds(String content, Map<String, Boolean> roles) {
        List<Boolean> claims = new ArrayList<>();
        Matcher claim = CLAIM.matcher(content);
        while (claim.find()) {
            boolean same = roles.get(claim.group(1)) == claim.group(3).equals("knight");
            claims.add(same == claim.group(2).equals("a"));
        }
        if (claims.size() == 1) {
            return claims.get(0);
        }
        if (content.startsWith("if ")) {
            return !(claims.get(0) && !claims.get(1));
        }
        if (content.contains(" if and only if ")) {
            return claims.get(0).equals(claims.get(1));
        }
        return content.contains(" or ") ? claims.contains(true) : !claims.contains(false);
    }
}
