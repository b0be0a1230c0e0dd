package io.troupe.environments.search;

import java.util.List;

/** Finds passages for a query. Safe for any thread. */
public interface Retriever {

    /**
     * A passage that was found.
     *
     * @param passage the passage
     * @param score how well it fits, on the retriever's own scale
     */
    record Hit(Passage passage, double score) {}

    /**
     * Finds passages: the same for the same query.
     *
     * @param query in words
     * @param topK the most passages, at least 1
     * @return the best first; passages of equal score in the order of the corpus
     * @throws RetrievalException if the search failed, which is never the policy's doing
     */
    List<Hit> retrieve(String query, int topK);
}
