package io.troupe.environments.search;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * A BM25 index of passages: English stemming and stop words, a query is a bag of words. Passages of equal score come in the order of the corpus, so that the
 * same query finds the same passages on every machine. Safe for any thread until it is closed.
 */
public final class LuceneRetriever implements Retriever, Closeable {

    /** BM25's k1 as Pyserini, and with it Search-R1, sets it. */
    public static final double DEFAULT_K1 = 0.9;

    /** BM25's b as Pyserini, and with it Search-R1, sets it. */
    public static final double DEFAULT_B = 0.4;

    private static final String ID = "id";
    private static final String CONTENTS = "contents";
    private static final int MAX_QUERY = 2_000;
    private static final int MAX_TERMS = 256;

    private final Directory directory;
    private final DirectoryReader reader;
    private final IndexSearcher searcher;
    private final Analyzer analyzer = new EnglishAnalyzer();

    private LuceneRetriever(Directory directory, double k1, double b) throws IOException {
        this.directory = directory;
        this.reader = DirectoryReader.open(directory);
        this.searcher = new IndexSearcher(reader);
        searcher.setSimilarity(new BM25Similarity((float) k1, (float) b));
        searcher.setQueryCache(null);
    }

    /**
     * An index in memory.
     *
     * @param passages the corpus, in its order
     * @param k1 how soon repeated words stop counting, at least 0
     * @param b how much long passages are held back, from 0 to 1
     * @return the index
     */
    public static LuceneRetriever of(Iterable<Passage> passages, double k1, double b) {
        try {
            Directory memory = new ByteBuffersDirectory();
            write(memory, passages);
            return new LuceneRetriever(memory, k1, b);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An index that stands in a directory already.
     *
     * @param directory where; closed with the index
     * @param k1 how soon repeated words stop counting, at least 0
     * @param b how much long passages are held back, from 0 to 1
     * @return the index
     * @throws IOException if there is none
     */
    static LuceneRetriever open(Directory directory, double k1, double b) throws IOException {
        return new LuceneRetriever(directory, k1, b);
    }

    /** Writes an index: one thread, one segment order, so that document numbers follow the corpus. */
    static void write(Directory directory, Iterable<Passage> passages) throws IOException {
        try (Analyzer english = new EnglishAnalyzer()) {
            var config = new IndexWriterConfig(english)
                    .setMergePolicy(new LogDocMergePolicy())
                    .setOpenMode(IndexWriterConfig.OpenMode.CREATE);
            try (var writer = new IndexWriter(directory, config)) {
                for (Passage passage : passages) {
                    var document = new Document();
                    document.add(new StoredField(ID, passage.id()));
                    document.add(new TextField(CONTENTS, passage.contents(), Field.Store.YES));
                    writer.addDocument(document);
                }
                writer.forceMerge(1);
                writer.commit();
            }
        }
    }

    /** How many passages there are. */
    public int size() {
        return reader.numDocs();
    }

    @Override
    public List<Hit> retrieve(String query, int topK) {
        try {
            List<Hit> hits = new ArrayList<>();
            var stored = searcher.storedFields();
            for (ScoreDoc found : searcher.search(bag(query), topK).scoreDocs) {
                Document document = stored.document(found.doc);
                hits.add(new Hit(new Passage(document.get(ID), document.get(CONTENTS)), found.score));
            }
            return hits;
        } catch (IOException e) {
            throw new RetrievalException("the index could not be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        analyzer.close();
        reader.close();
        directory.close();
    }

    /** Every word once, weighted by how often it occurs. What follows a long query's first words is left out. */
    private BooleanQuery bag(String query) throws IOException {
        String asked = query.length() > MAX_QUERY ? query.substring(0, MAX_QUERY) : query;
        Map<String, Integer> terms = new LinkedHashMap<>();
        try (TokenStream words = analyzer.tokenStream(CONTENTS, asked)) {
            CharTermAttribute word = words.addAttribute(CharTermAttribute.class);
            words.reset();
            while (words.incrementToken() && terms.size() < MAX_TERMS) {
                terms.merge(word.toString(), 1, Integer::sum);
            }
        }
        var bag = new BooleanQuery.Builder();
        terms.forEach((term, count) ->
                bag.add(new BoostQuery(new TermQuery(new Term(CONTENTS, term)), count), BooleanClause.Occur.SHOULD));
        return bag.build();
    }
}
