/** How the bytes of actor messages and of weights travel: certificates, and what is let in from a socket. */
@NullMarked
package io.troupe.actors.transport;

import org.jspecify.annotations.NullMarked;
