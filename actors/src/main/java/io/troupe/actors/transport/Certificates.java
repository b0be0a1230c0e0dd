package io.troupe.actors.transport;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** Certificates in words. */
final class Certificates {

    private Certificates() {}

    /** Whose certificate it is. */
    static String name(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal());
    }

    /** Who signed it. */
    static String issuer(X509Certificate certificate) {
        return name(certificate.getIssuerX500Principal());
    }

    /** All that a person wants to know of one. */
    static String line(X509Certificate certificate, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        String validity = now.isAfter(until)
                ? "EXPIRED on " + until
                : now.isBefore(from)
                        ? "NOT VALID before " + from
                        : "valid until " + until + " ("
                                + Duration.between(now, until).toDays() + " days)";
        List<String> hosts = NodeIdentity.hosts(certificate);
        return name(certificate) + (hosts.isEmpty() ? "" : ", for " + String.join(", ", hosts)) + ", issued by "
                + issuer(certificate) + ", key " + certificate.getPublicKey().getAlgorithm() + ", " + validity;
    }

    private static String name(X500Principal principal) {
        String full = principal.getName();
        try {
            for (Rdn part : new LdapName(full).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return quoted(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            return quoted(full);
        }
        return quoted(full);
    }

    /** Others chose the name: it gets no line of its own in a log. */
    private static String quoted(String name) {
        return "\"" + name.replaceAll("\\p{C}", "?") + "\"";
    }
}
