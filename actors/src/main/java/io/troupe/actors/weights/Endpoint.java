package io.troupe.actors.weights;

import java.net.InetSocketAddress;

/**
 * Where a weight server listens. Its text is {@code HOST:PORT}, with brackets around an IPv6 address.
 *
 * @param host host name or address
 * @param port from 1 to 65535
 */
public record Endpoint(String host, int port) {

    private static final int LONGEST_HOST = 253;

    public Endpoint {
        if (host.isBlank() || host.length() > LONGEST_HOST || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("'" + host + ":" + port + "' is no HOST:PORT");
        }
    }

    /**
     * Reads {@code HOST:PORT}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0 && text.length() <= LONGEST_HOST + 8) {
            String host = text.substring(0, colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            if (bracketed || host.indexOf(':') < 0) {
                try {
                    return new Endpoint(
                            bracketed ? host.substring(1, host.length() - 1) : host,
                            Integer.parseInt(text.substring(colon + 1)));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException("'" + text + "' is no HOST:PORT", e);
                }
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no HOST:PORT");
    }

    /** Resolved now. */
    InetSocketAddress resolved() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
