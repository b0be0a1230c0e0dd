/** Tasks with the tools of any server that speaks the Model Context Protocol, over standard input and output or HTTP. */
@NullMarked
package io.troupe.environments.mcp;

import org.jspecify.annotations.NullMarked;
