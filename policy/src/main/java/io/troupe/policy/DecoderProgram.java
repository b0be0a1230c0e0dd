package io.troupe.policy;

import java.util.Locale;

/**
 * The Llama-family decoder as TorchScript text: RMS norm, rotary positions, grouped-query attention, gated SiLU.
 *
 * <p>Weights arrive as one list in the order of {@link ModelConfig#tensors()}: embedding, nine tensors a layer, the last norm, and the
 * head unless it is tied to the embedding. Three ways through it share one block:
 *
 * <ul>
 *   <li>{@code forward}: log-probabilities (and entropies) of chosen tokens in packed rows, for training and scoring;
 *   <li>{@code extend}: keys and values of given tokens into the cache, for prompts and observations;
 *   <li>{@code decode}: one token a sequence into the cache, and the next one sampled.
 * </ul>
 */
final class DecoderProgram {

    private DecoderProgram() {}

    static String source(ModelConfig config, Attention attention) {
        return TEXT.replace("$ATTENTION", attention == Attention.EXACT ? EXACT : FUSED)
                .replace("$SCALE", Double.toString(1 / Math.sqrt(config.headSize())))
                .replace("$HEADS", Integer.toString(config.heads()))
                .replace("$KV_HEADS", Integer.toString(config.keyValueHeads()))
                .replace("$WIDTH", Integer.toString(config.headSize()))
                .replace("$GROUPED", config.heads() == config.keyValueHeads() ? "False" : "True")
                .replace("$GROUP", Integer.toString(config.heads() / config.keyValueHeads()))
                .replace("$LAYERS", Integer.toString(config.layers()))
                .replace("$EPSILON", String.format(Locale.ROOT, "%.20f", config.rmsNormEpsilon()))
                .replace("$NORM", Integer.toString(1 + 9 * config.layers()))
                .replace("$HEAD", Integer.toString(config.tiedEmbeddings() ? 0 : 2 + 9 * config.layers()));
    }

    private static final String FUSED =
            "a = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), mask, 0., False, scale=None, enable_gqa=$GROUPED)";

    private static final String EXACT = String.join(
            "\n    ",
            "k1 = torch.repeat_interleave(torch.transpose(k, 1, 2), $GROUP, 1)",
            "v1 = torch.repeat_interleave(torch.transpose(v, 1, 2), $GROUP, 1)",
            "g = torch.mul(torch.matmul(torch.to(torch.transpose(q, 1, 2), 7), torch.to(torch.transpose(k1, 2, 3), 7)), $SCALE)",
            "p = torch.softmax(torch.masked_fill(g, torch.logical_not(mask), -10000000000.), -1, None)",
            "a = torch.to(torch.matmul(p, torch.to(v1, 7)), 6)");

    private static final String TEXT = """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def norm(self: __torch__.M, x: Tensor, weight: Tensor) -> Tensor:
                return torch.rms_norm(x, [torch.size(x, -1)], weight, $EPSILON)
              def rotate(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
                h = torch.floordiv(torch.size(x, -1), 2)
                a = torch.slice(x, -1, 0, h)
                b = torch.slice(x, -1, h)
                r = torch.cat([torch.neg(b), a], -1)
                return torch.add(torch.mul(x, cos), torch.mul(r, sin))
              def split(self: __torch__.M, x: Tensor, weight: Tensor, heads: int) -> Tensor:
                y = torch.linear(x, weight)
                return torch.view(y, [torch.size(x, 0), torch.size(x, 1), heads, $WIDTH])
              def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
                $ATTENTION
                return torch.reshape(torch.transpose(a, 1, 2), [torch.size(q, 0), torch.size(q, 1), -1])
              def feed(self: __torch__.M, x: Tensor, w: List[Tensor], o: int) -> Tensor:
                n = self.norm(x, w[torch.add(o, 5)])
                g = torch.silu(torch.linear(n, w[torch.add(o, 6)]))
                u = torch.linear(n, w[torch.add(o, 7)])
                return torch.add(x, torch.linear(torch.mul(g, u), w[torch.add(o, 8)]))
              def cached(self: __torch__.M, x: Tensor, w: List[Tensor], o: int, flat: Tensor, slots: Tensor, dense: bool, span: int, mask: Tensor, cos: Tensor, sin: Tensor, kc: Tensor, vc: Tensor) -> Tensor:
                n = self.norm(x, w[o])
                q = self.rotate(self.split(n, w[torch.add(o, 1)], $HEADS), cos, sin)
                k = self.rotate(self.split(n, w[torch.add(o, 2)], $KV_HEADS), cos, sin)
                v = self.split(n, w[torch.add(o, 3)], $KV_HEADS)
                _0 = torch.index_copy_(torch.view(kc, [-1, $KV_HEADS, $WIDTH]), 0, flat, torch.reshape(k, [-1, $KV_HEADS, $WIDTH]))
                _1 = torch.index_copy_(torch.view(vc, [-1, $KV_HEADS, $WIDTH]), 0, flat, torch.reshape(v, [-1, $KV_HEADS, $WIDTH]))
                ks = torch.slice(kc, 1, 0, span)
                vs = torch.slice(vc, 1, 0, span)
                if dense:
                  ks0 = torch.slice(ks, 0, 0, torch.size(x, 0))
                  vs0 = torch.slice(vs, 0, 0, torch.size(x, 0))
                else:
                  ks0 = torch.index_select(ks, 0, slots)
                  vs0 = torch.index_select(vs, 0, slots)
                a = self.attend(q, ks0, vs0, mask)
                return torch.add(x, torch.linear(a, w[torch.add(o, 4)]))
              def score(self: __torch__.M, h: Tensor, w: List[Tensor], target: Tensor, temperature: Tensor) -> Tensor:
                logits = torch.div(torch.linear(h, w[$HEAD]), temperature)
                lp = torch.log_softmax(logits, -1, None)
                chosen = torch.squeeze(torch.gather(lp, 1, torch.unsqueeze(target, 1)), 1)
                entropy = torch.neg(torch.sum(torch.mul(torch.exp(lp), lp), [-1], False, dtype=None))
                return torch.stack([chosen, entropy], 0)
              def hidden(self: __torch__.M, tokens: Tensor, positions: Tensor, branch: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
                c = torch.unsqueeze(torch.embedding(cos, positions), 2)
                s = torch.unsqueeze(torch.embedding(sin, positions), 2)
                j = torch.unsqueeze(branch, 1)
                same = torch.logical_or(torch.eq(j, 0), torch.eq(torch.unsqueeze(branch, 2), j))
                mask = torch.unsqueeze(torch.tril(same), 1)
                x = torch.embedding(w[0], tokens)
                for i in range($LAYERS):
                  o = torch.add(1, torch.mul(i, 9))
                  n = self.norm(x, w[o])
                  q = self.rotate(self.split(n, w[torch.add(o, 1)], $HEADS), c, s)
                  k = self.rotate(self.split(n, w[torch.add(o, 2)], $KV_HEADS), c, s)
                  v = self.split(n, w[torch.add(o, 3)], $KV_HEADS)
                  x0 = torch.add(x, torch.linear(self.attend(q, k, v, mask), w[torch.add(o, 4)]))
                  x = self.feed(x0, w, o)
                return self.norm(x, w[$NORM])
              def forward(self: __torch__.M, tokens: Tensor, positions: Tensor, branch: Tensor, source: Tensor, target: Tensor, temperature: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
                h = self.hidden(tokens, positions, branch, cos, sin, w)
                flat = torch.index_select(torch.reshape(h, [-1, torch.size(h, 2)]), 0, source)
                return self.score(flat, w, target, temperature)
              def extend(self: __torch__.M, tokens: Tensor, positions: Tensor, flat: Tensor, slots: Tensor, keys: Tensor, cos: Tensor, sin: Tensor, kc: List[Tensor], vc: List[Tensor], w: List[Tensor]) -> Tensor:
                span = torch.size(keys, 0)
                mask = torch.unsqueeze(torch.le(torch.view(keys, [1, 1, -1]), torch.unsqueeze(positions, 2)), 1)
                c = torch.unsqueeze(torch.embedding(cos, positions), 2)
                s = torch.unsqueeze(torch.embedding(sin, positions), 2)
                x = torch.embedding(w[0], tokens)
                for i in range($LAYERS):
                  o = torch.add(1, torch.mul(i, 9))
                  x = self.feed(self.cached(x, w, o, flat, slots, False, span, mask, c, s, kc[i], vc[i]), w, o)
                return positions
              def copy(self: __torch__.M, origin: Tensor, slots: Tensor, keys: Tensor, kc: List[Tensor], vc: List[Tensor]) -> Tensor:
                span = torch.size(keys, 0)
                for i in range($LAYERS):
                  _0 = torch.index_copy_(torch.slice(kc[i], 1, 0, span), 0, slots, torch.index_select(torch.slice(kc[i], 1, 0, span), 0, origin))
                  _1 = torch.index_copy_(torch.slice(vc[i], 1, 0, span), 0, slots, torch.index_select(torch.slice(vc[i], 1, 0, span), 0, origin))
                return origin
              def truncate(self: __torch__.M, p: Tensor, top_p: Tensor, top_k: Tensor) -> Tensor:
                sorted, order = torch.sort(p, -1, True)
                before = torch.sub(torch.cumsum(sorted, -1, dtype=None), sorted)
                rank = torch.sub(torch.cumsum(torch.ones_like(order), -1, dtype=None), 1)
                kept = torch.logical_and(torch.lt(before, torch.unsqueeze(top_p, 1)), torch.lt(rank, torch.unsqueeze(top_k, 1)))
                return torch.scatter(torch.zeros_like(p), -1, order, torch.mul(sorted, kept))
              def next(self: __torch__.M, tokens: Tensor, positions: Tensor, flat: Tensor, keys: Tensor, temperature: Tensor, cos: Tensor, sin: Tensor, kc: List[Tensor], vc: List[Tensor], w: List[Tensor]) -> Tensor:
                span = torch.size(keys, 0)
                mask = torch.unsqueeze(torch.le(torch.view(keys, [1, 1, -1]), torch.view(positions, [-1, 1, 1])), 1)
                c = torch.unsqueeze(torch.unsqueeze(torch.embedding(cos, positions), 1), 1)
                s = torch.unsqueeze(torch.unsqueeze(torch.embedding(sin, positions), 1), 1)
                x = torch.unsqueeze(torch.embedding(w[0], tokens), 1)
                for i in range($LAYERS):
                  o = torch.add(1, torch.mul(i, 9))
                  x = self.feed(self.cached(x, w, o, flat, flat, True, span, mask, c, s, kc[i], vc[i]), w, o)
                h = self.norm(torch.squeeze(x, 1), w[$NORM])
                logits = torch.div(torch.linear(h, w[$HEAD]), torch.unsqueeze(temperature, 1))
                return torch.log_softmax(logits, -1, None)
              def pick(self: __torch__.M, lp: Tensor, p: Tensor, u: Tensor) -> Tensor:
                c = torch.cumsum(p, -1, dtype=None)
                goal = torch.mul(torch.unsqueeze(u, 1), torch.slice(c, 1, -1))
                below = torch.sum(torch.le(c, goal), [-1], False, dtype=None)
                token = torch.clamp(below, 0, torch.sub(torch.size(lp, 1), 1))
                chosen = torch.squeeze(torch.gather(lp, 1, torch.unsqueeze(token, 1)), 1)
                return torch.stack([torch.to(token, 7), torch.to(chosen, 7)], 0)
              def decode(self: __torch__.M, tokens: Tensor, positions: Tensor, flat: Tensor, keys: Tensor, temperature: Tensor, u: Tensor, cos: Tensor, sin: Tensor, kc: List[Tensor], vc: List[Tensor], w: List[Tensor]) -> Tensor:
                lp = self.next(tokens, positions, flat, keys, temperature, cos, sin, kc, vc, w)
                return self.pick(lp, torch.exp(torch.to(lp, 7)), u)
              def decode_truncated(self: __torch__.M, tokens: Tensor, positions: Tensor, flat: Tensor, keys: Tensor, temperature: Tensor, u: Tensor, top_p: Tensor, top_k: Tensor, cos: Tensor, sin: Tensor, kc: List[Tensor], vc: List[Tensor], w: List[Tensor]) -> Tensor:
                lp = self.next(tokens, positions, flat, keys, temperature, cos, sin, kc, vc, w)
                return self.pick(lp, self.truncate(torch.exp(torch.to(lp, 7)), top_p, top_k), u)
            """;
}
