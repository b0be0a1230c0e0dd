package io.troupe.actors.weights;

import io.troupe.proto.v1.FileManifest;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server serves: files by name, and who else has them. A name that is asked for is only ever looked up here, never made into a path. Thread-safe.
 */
final class Shelf {

    /** So many holders of a file are remembered; the oldest are forgotten. */
    static final int MOST_HOLDERS = 64;

    /** So many holders are named at once. */
    static final int NAMED_HOLDERS = 4;

    /**
     * A file.
     *
     * @param path where it is
     * @param manifest its name and how it is checked
     */
    record Item(Path path, FileManifest manifest) {}

    private final SortedMap<String, Item> items = new TreeMap<>();
    private final Map<String, Deque<Endpoint>> holders = new HashMap<>();
    private final Map<Path, Integer> lent = new HashMap<>();

    synchronized void put(Item item) {
        String name = item.manifest().getName();
        Item before = items.put(name, item);
        if (before != null
                && !before.manifest().getSha256().equals(item.manifest().getSha256())) {
            holders.remove(name);
        }
    }

    synchronized void remove(String name) {
        items.remove(name);
        holders.remove(name);
    }

    /** The file of a name, if its content is the wanted one or none is wanted. */
    synchronized @Nullable Item find(String name, String sha256) {
        Item item = items.get(name);
        return item == null || sha256.isEmpty() || item.manifest().getSha256().equals(sha256) ? item : null;
    }

    /** The same, to be read until it is given back. */
    synchronized @Nullable Item lend(String name, String sha256) {
        Item item = find(name, sha256);
        if (item != null) {
            lent.merge(item.path(), 1, Integer::sum);
        }
        return item;
    }

    synchronized void giveBack(Item item) {
        lent.computeIfPresent(item.path(), (path, times) -> times == 1 ? null : times - 1);
    }

    synchronized boolean isLent(Path file) {
        return lent.containsKey(file);
    }

    /** How many files there are. */
    synchronized int size() {
        return items.size();
    }

    /** The files below a folder, by name. */
    synchronized List<Item> below(String folder) {
        String prefix = folder + "/";
        return List.copyOf(items.subMap(prefix, prefix + Character.MAX_VALUE).values());
    }

    /** Remembers that a file can be fetched elsewhere. */
    synchronized void held(String name, Endpoint holder) {
        if (!items.containsKey(name)) {
            return;
        }
        Deque<Endpoint> known = holders.computeIfAbsent(name, any -> new ArrayDeque<>());
        known.remove(holder);
        known.addLast(holder);
        if (known.size() > MOST_HOLDERS) {
            known.removeFirst();
        }
    }

    /** Some who have a file; others the next time, so that all are asked alike. */
    synchronized List<Endpoint> holders(String name) {
        var named = new ArrayList<Endpoint>();
        Deque<Endpoint> known = holders.getOrDefault(name, new ArrayDeque<>());
        for (int i = 0; i < Math.min(NAMED_HOLDERS, known.size()); i++) {
            Endpoint next = known.removeFirst();
            named.add(next);
        }
        known.addAll(named);
        return named;
    }
}
