package io.troupe.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a byte-level BPE tokenizer from texts, for a policy that starts from nothing.
 *
 * <p>Two stages, as in SuperBPE (Liu et al., arXiv 2503.13423): first merges within words; then across them, but only for pairs that occur in
 * a large share of the texts, so that constant boilerplate collapses into few tokens while what varies stays in words. Digits, newlines and
 * punctuation that carries structure are always tokens of their own. Deterministic: the same texts in the same order give the same files.
 */
public final class BpeTrainer {

    /** Ends a text. */
    public static final String END_OF_TEXT = "<|endoftext|>";
    /** Begins a message. */
    public static final String START = "<|im_start|>";
    /** Ends a message. */
    public static final String END = "<|im_end|>";

    private static final List<String> SPECIAL = List.of(END_OF_TEXT, START, END);
    /** What never merges with its neighbours. */
    private static final String ALONE = "[0-9]|\\n|[+\\-*()=,.:;?\"]";

    private static final Pattern PIECES = Pattern.compile(ALONE + "|(?:(?!" + ALONE + ")[\\s\\S])+");
    private static final Pattern WORDS = Pattern.compile(" ?[^ ]+| +");

    /**
     * How large.
     *
     * @param vocabulary tokens in all, special ones and the 256 bytes included
     * @param wordFrequency how often a pair must occur to be merged within words
     * @param phraseShare how often a pair must occur to be merged across words, as a share of the number of texts; pieces that a text
     *     repeats count once
     */
    public record Settings(int vocabulary, int wordFrequency, double phraseShare) {

        /** Checks the ranges. */
        public Settings {
            if (vocabulary < 256 + SPECIAL.size()) {
                throw new IllegalArgumentException("a vocabulary of " + vocabulary + " cannot hold the 256 bytes and "
                        + SPECIAL.size() + " special tokens");
            }
            if (wordFrequency < 1 || !(phraseShare > 0)) {
                throw new IllegalArgumentException(
                        "frequencies must be positive: " + wordFrequency + ", " + phraseShare);
            }
        }
    }

    private record Pair(String left, String right) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byLeft = left.compareTo(other.left);
            return byLeft != 0 ? byLeft : right.compareTo(other.right);
        }
    }

    private record Candidate(Pair pair, long count) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byCount = Long.compare(other.count, count);
            return byCount != 0 ? byCount : pair.compareTo(other.pair);
        }
    }

    /** A distinct piece of text as the tokens it has so far, and how often it occurs. */
    private static final class Piece {
        List<String> tokens;
        final long count;

        Piece(List<String> tokens, long count) {
            this.tokens = tokens;
            this.count = count;
        }
    }

    private final Settings settings;
    private final List<Pair> merges = new ArrayList<>();
    private final List<String> vocabulary = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    private BpeTrainer(Settings settings) {
        this.settings = settings;
        SPECIAL.forEach(this::addToken);
        for (int value = 0; value < 256; value++) {
            addToken(symbol(value));
        }
    }

    /**
     * Trains a tokenizer and writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code chat_template.jinja} (ChatML).
     *
     * @return how many tokens it has
     */
    public static int train(Iterable<String> texts, Settings settings, Path directory) throws IOException {
        var trainer = new BpeTrainer(settings);
        var words = new TreeMap<String, Long>();
        var pieces = new TreeMap<String, Long>();
        long count = 0;
        for (String text : texts) {
            count++;
            var distinct = new HashSet<String>();
            for (String part : text.split("<\\|[a-z_]+\\|>", -1)) {
                Matcher matcher = PIECES.matcher(part);
                while (matcher.find()) {
                    if (distinct.add(matcher.group())) { // a phrase that one text repeats is not boilerplate
                        pieces.merge(matcher.group(), 1L, Long::sum);
                    }
                    Matcher word = WORDS.matcher(matcher.group());
                    while (word.find()) {
                        words.merge(word.group(), 1L, Long::sum);
                    }
                }
            }
        }
        trainer.merge(trainer.split(words), settings.wordFrequency());
        trainer.merge(
                trainer.split(pieces), Math.max(settings.wordFrequency(), Math.round(settings.phraseShare() * count)));
        trainer.write(directory);
        return trainer.vocabulary.size();
    }

    /** The chat template that a trained tokenizer comes with. */
    public static ChatTemplate chatMl() {
        return ChatTemplate.of(CHATML, END);
    }

    private void addToken(String token) {
        if (known.add(token)) {
            vocabulary.add(token);
        }
    }

    private List<Piece> split(Map<String, Long> counted) {
        var pieces = new ArrayList<Piece>();
        counted.forEach((text, count) -> {
            var tokens = new ArrayList<String>();
            for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
                tokens.add(symbol(value & 0xFF));
            }
            for (Pair pair : merges) {
                apply(tokens, pair);
            }
            pieces.add(new Piece(tokens, count));
        });
        return pieces;
    }

    private void merge(List<Piece> pieces, long least) {
        var counts = new HashMap<Pair, Long>();
        var places = new HashMap<Pair, Set<Piece>>();
        for (Piece piece : pieces) {
            count(piece, 1, counts, places);
        }
        var queue = new PriorityQueue<Candidate>();
        counts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
        while (vocabulary.size() < settings.vocabulary() && !queue.isEmpty()) {
            Candidate best = queue.remove();
            long now = counts.getOrDefault(best.pair(), 0L);
            if (now != best.count()) {
                if (now > 0) {
                    queue.add(new Candidate(best.pair(), now));
                }
                continue;
            }
            if (now < least) {
                return;
            }
            merges.add(best.pair());
            addToken(best.pair().left() + best.pair().right());
            var touched = new HashSet<Pair>();
            for (Piece piece : Set.copyOf(places.getOrDefault(best.pair(), Set.of()))) {
                count(piece, -1, counts, places);
                apply(piece.tokens, best.pair());
                touched.addAll(count(piece, 1, counts, places));
            }
            touched.forEach(pair -> queue.add(new Candidate(pair, counts.getOrDefault(pair, 0L))));
        }
    }

    private static Set<Pair> count(Piece piece, int sign, Map<Pair, Long> counts, Map<Pair, Set<Piece>> places) {
        var pairs = new HashSet<Pair>();
        for (int i = 0; i + 1 < piece.tokens.size(); i++) {
            var pair = new Pair(piece.tokens.get(i), piece.tokens.get(i + 1));
            counts.merge(pair, sign * piece.count, Long::sum);
            pairs.add(pair);
            if (sign > 0) {
                places.computeIfAbsent(pair, key -> new HashSet<>()).add(piece);
            } else {
                places.getOrDefault(pair, new HashSet<>()).remove(piece);
            }
        }
        return pairs;
    }

    private static void apply(List<String> tokens, Pair pair) {
        int write = 0;
        for (int read = 0; read < tokens.size(); read++) {
            boolean matches = read + 1 < tokens.size()
                    && tokens.get(read).equals(pair.left())
                    && tokens.get(read + 1).equals(pair.right());
            tokens.set(write++, matches ? pair.left() + pair.right() : tokens.get(read));
            read += matches ? 1 : 0;
        }
        tokens.subList(write, tokens.size()).clear();
    }

    /** The printable character that stands for a byte in byte-level BPE, as GPT-2 defined it. */
    static String symbol(int value) {
        boolean printable = (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
        if (printable) {
            return Character.toString(value);
        }
        int rank = value <= ' ' ? value : value <= 0xA0 ? value - 0x7F + 33 : 67;
        return Character.toString(256 + rank);
    }

    private void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        ObjectNode root = JsonFile.object();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        var added = root.putArray("added_tokens");
        for (int id = 0; id < SPECIAL.size(); id++) {
            added.addObject()
                    .put("id", id)
                    .put("content", SPECIAL.get(id))
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        root.putNull("normalizer");
        var steps = root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        var isolate = steps.addObject().put("type", "Split");
        isolate.putObject("pattern").put("Regex", ALONE);
        isolate.put("behavior", "Isolated").put("invert", false);
        putByteLevel(steps.addObject());
        root.putNull("post_processor");
        putByteLevel(root.putObject("decoder"));
        ObjectNode model =
                root.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        ObjectNode vocab = model.putObject("vocab");
        for (int id = 0; id < vocabulary.size(); id++) {
            vocab.put(vocabulary.get(id), id);
        }
        var list = model.putArray("merges");
        merges.forEach(pair -> list.addArray().add(pair.left()).add(pair.right()));
        JsonFile.write(directory.resolve(PolicyTokenizer.FILE), root);
        JsonFile.write(
                directory.resolve(ChatTemplate.TOKENIZER_CONFIG),
                JsonFile.object()
                        .put("tokenizer_class", "PreTrainedTokenizerFast")
                        .put("eos_token", END)
                        .put("pad_token", END_OF_TEXT)
                        .put("clean_up_tokenization_spaces", false));
        Files.writeString(directory.resolve(ChatTemplate.FILE), CHATML);
    }

    private static void putByteLevel(ObjectNode node) {
        node.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
    }

    private static final String CHATML = String.join(
            "\n",
            Arrays.asList(
                    "{%- for message in messages -%}",
                    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}",
                    "{%- endfor -%}",
                    "{%- if add_generation_prompt -%}",
                    "{{ '<|im_start|>assistant\\n' }}",
                    "{%- endif -%}",
                    ""));
}
