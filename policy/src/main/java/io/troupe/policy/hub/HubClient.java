package io.troupe.policy.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Speaks to a hub over HTTP. A request that fails for reasons that pass is tried again, after longer and longer pauses; a server that sends nothing for
 * longer than the patience is hung up on. The token is sent to the hub alone and not to where it redirects. Thread-safe; closed by {@link #close()}.
 */
final class HubClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_REDIRECTS = 8;
    private static final int MAX_LISTING = 64 << 20;
    private static final String COMMIT = "[0-9a-f]{40}";

    /** A repository at a commit. */
    record Listing(String commit, List<HubFile> files) {}

    /** Takes a part of a body. */
    @FunctionalInterface
    interface Sink {
        void accept(byte[] bytes, int length) throws IOException;
    }

    /** What the server would not give, and no second try would change. */
    private static final class Refusal extends IOException {
        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }
    }

    private final HubSettings settings;
    private final HttpClient http;
    private final ScheduledExecutorService watch;

    HubClient(HubSettings settings) {
        this.settings = settings;
        http = HttpClient.newBuilder()
                .connectTimeout(settings.patience())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        watch = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "hub-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What a repository holds at a revision. */
    Listing list(HubReference reference) {
        URI address = at(
                "/api/models/" + reference.repository() + "/revision/" + encoded(reference.revision()) + "?blobs=true");
        var body = new java.io.ByteArrayOutputStream();
        get(
                address,
                reference,
                () -> 0,
                (bytes, length) -> {
                    if (body.size() + length > MAX_LISTING) {
                        throw new Refusal(
                                "the hub's listing of " + reference + " is longer than " + MAX_LISTING + " bytes");
                    }
                    body.write(bytes, 0, length);
                },
                body::reset);
        try {
            return listing(reference, JSON.readTree(body.toByteArray()));
        } catch (JsonProcessingException e) {
            throw new HubException(address + " did not answer with JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new HubException(address + " could not be read: " + e.getMessage(), e);
        }
    }

    /**
     * Fetches a file from where it was left.
     *
     * @param have how many bytes are there already, asked before every try
     * @param restart told that the server begins anew
     */
    void download(HubReference reference, String commit, HubFile file, Have have, Sink sink, Runnable restart) {
        URI address = at("/" + reference.repository() + "/resolve/" + commit + "/" + encoded(file.name()));
        get(address, reference, have, sink, restart);
    }

    /** How many bytes are there. */
    @FunctionalInterface
    interface Have {
        long bytes() throws IOException;
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private void get(URI address, HubReference reference, Have have, Sink sink, Runnable restart) {
        IOException last = null;
        for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
            try {
                if (attempt > 1) {
                    Thread.sleep(Math.min(8000, 250L << attempt));
                }
                tryOnce(address, reference, have, sink, restart);
                return;
            } catch (Refusal e) {
                throw new HubException(e.getMessage(), e);
            } catch (IOException e) {
                last = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HubException("interrupted while fetching " + address, e);
            }
        }
        throw new HubException(
                address + " could not be fetched in " + settings.attempts() + " tries: " + words(last)
                        + " — check the network, or set HF_ENDPOINT to a mirror or HF_HUB_OFFLINE=1 to use the cache alone; what"
                        + " came so far is kept and gone on with",
                last);
    }

    private static String words(IOException e) {
        String message = e == null ? null : e.getMessage();
        return message == null ? String.valueOf(e) : message;
    }

    private void tryOnce(URI first, HubReference reference, Have have, Sink sink, Runnable restart)
            throws IOException, InterruptedException {
        URI address = first;
        for (int hop = 0; hop < MAX_REDIRECTS; hop++) {
            long offset = have.bytes();
            HttpResponse<InputStream> response =
                    http.send(request(address, offset), HttpResponse.BodyHandlers.ofInputStream());
            int status = response.statusCode();
            if (status / 100 == 3) {
                response.body().close();
                String location = response.headers()
                        .firstValue("location")
                        .orElseThrow(() -> new IOException("a redirect without an address"));
                address = address.resolve(location);
                continue;
            }
            if (status == 416) {
                response.body().close();
                return; // everything is there already; the digest will tell
            }
            refuse(status, address, reference, response);
            if (offset > 0 && status != 206) {
                restart.run();
            }
            receive(response, sink);
            return;
        }
        throw new Refusal(first + " redirects more than " + MAX_REDIRECTS + " times");
    }

    private HttpRequest request(URI address, long offset) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(settings.patience())
                .header("User-Agent", "troupe")
                .GET();
        boolean own = address.getHost() != null
                && address.getHost().equals(settings.endpoint().getHost())
                && address.getPort() == settings.endpoint().getPort();
        if (own && settings.token() != null) {
            request.header("Authorization", "Bearer " + settings.token());
        }
        if (offset > 0) {
            request.header("Range", "bytes=" + offset + "-");
        }
        return request.build();
    }

    private void refuse(int status, URI address, HubReference reference, HttpResponse<InputStream> response)
            throws IOException {
        if (status / 100 == 2) {
            return;
        }
        response.body().close();
        String page = settings.endpoint() + "/" + reference.repository();
        switch (status) {
            case 401, 403 ->
                throw new Refusal(reference + " may not be read (HTTP " + status + ")"
                        + (settings.token() == null
                                ? " — if it is private or gated, set HF_TOKEN to a token of yours"
                                : " with the token that was given — if it is gated, accept its terms at " + page));
            case 404 ->
                throw new Refusal("there is no " + address.getPath() + " at " + settings.endpoint()
                        + " — check owner, name and revision of " + reference);
            default -> {
                boolean passing = status >= 500 || status == 429 || status == 408;
                String message = address + " answered HTTP " + status;
                throw passing ? new IOException(message) : new Refusal(message);
            }
        }
    }

    private void receive(HttpResponse<InputStream> response, Sink sink) throws IOException {
        var alive = new AtomicLong(System.nanoTime());
        long nanos = settings.patience().toNanos();
        try (InputStream in = response.body()) {
            ScheduledFuture<?> watcher = watch.scheduleWithFixedDelay(
                    () -> {
                        if (System.nanoTime() - alive.get() > nanos) {
                            hangUp(in);
                        }
                    },
                    nanos / 4,
                    nanos / 4,
                    TimeUnit.NANOSECONDS);
            try {
                var bytes = new byte[1 << 16];
                for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                    alive.set(System.nanoTime());
                    sink.accept(bytes, length);
                }
            } catch (IOException e) {
                boolean silent = System.nanoTime() - alive.get() > nanos;
                throw silent
                        ? new IOException(
                                "the server sent nothing for "
                                        + settings.patience().toSeconds() + " s",
                                e)
                        : e;
            } finally {
                watcher.cancel(false);
            }
        }
    }

    private static void hangUp(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Listing listing(HubReference reference, JsonNode json) {
        String commit = json.path("sha").asText();
        if (!commit.matches(COMMIT) || !json.path("siblings").isArray()) {
            throw new HubException(settings.endpoint() + " does not list " + reference
                    + " as a hub does: no commit, or no files — check HF_ENDPOINT");
        }
        var files = new ArrayList<HubFile>();
        for (JsonNode sibling : json.path("siblings")) {
            String name = sibling.path("rfilename").asText();
            boolean large = sibling.path("lfs").path("sha256").isTextual();
            long size = large
                    ? sibling.path("lfs").path("size").asLong()
                    : sibling.path("size").asLong();
            files.add(new HubFile(
                    name,
                    size,
                    large ? sibling.path("lfs").path("sha256").asText() : null,
                    sibling.path("blobId").asText()));
        }
        return new Listing(commit, files);
    }

    private URI at(String path) {
        return URI.create(settings.endpoint() + path);
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }
}
