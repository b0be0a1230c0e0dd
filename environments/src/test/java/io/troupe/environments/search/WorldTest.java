package io.troupe.environments.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorldTest {

    @Test
    void isTheSameForTheSameSeedAndAnotherForAnother() {
        assertThat(World.of(7, 500).articles()).isEqualTo(World.of(7, 500).articles());
        assertThat(World.of(8, 500).articles()).isNotEqualTo(World.of(7, 500).articles());
    }

    @Test
    void namesNoTwoThingsAlike() {
        Set<String> spellings = new HashSet<>();
        for (Thing thing : World.of(1, 20_000).things()) {
            for (String spelling : thing.spellings()) {
                assertThat(spellings.add(spelling.toLowerCase(Locale.ROOT)))
                        .as(spelling)
                        .isTrue();
            }
        }
    }

    @Test
    void keepsItsArticlesShort() {
        World world = World.of(1, 2_000);

        assertThat(world.articles())
                .allSatisfy(article -> assertThat(article.contents()).hasSizeBetween(10, 220));
        assertThat(world.articles().stream()
                        .mapToInt(article -> article.contents().length())
                        .average()
                        .orElseThrow())
                .isLessThan(130);
    }

    @Test
    void saysEveryFactThatAWalkNeedsInTheArticleOfItsSubject() {
        World world = World.of(3, 1_000);
        var random = new SplittableRandom(5);
        for (int i = 0; i < 2_000; i++) {
            int hops = 1 + i % 4;
            world.walk(hops, random).ifPresent(walk -> {
                assertThat(walk.things()).doesNotHaveDuplicates().hasSize(hops + 1);
                for (int hop = 0; hop < hops; hop++) {
                    assertThat(world.article(walk.things().get(hop)).text())
                            .contains(walk.things().get(hop + 1).name());
                }
                assertThat(walk.question())
                        .contains(walk.start().name())
                        .endsWith("?")
                        .doesNotContain("%");
                assertThat(walk.question()).doesNotContain(walk.end().name());
            });
        }
    }

    @Test
    void letsASearchForANameFindItsArticleFirst() throws IOException {
        World world = World.of(1, 2_000);
        List<String> missed = new ArrayList<>();
        try (LuceneRetriever index = LuceneRetriever.of(world.articles(), 0.9, 0.4)) {
            long start = System.nanoTime();
            for (Thing thing : world.things()) {
                Passage found = index.retrieve(thing.name(), 3).get(0).passage();
                if (!found.equals(world.article(thing))) {
                    missed.add(thing.name());
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "a search in %d articles: %.3f ms%n",
                    index.size(),
                    (System.nanoTime() - start) / 1e6 / world.things().size());
        }
        assertThat(missed).as("names whose own article is not found first").isEmpty();
    }
}
