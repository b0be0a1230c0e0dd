package io.troupe.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The decoder as TorchScript text: RMS norm, rotary positions, grouped-query attention, gated feed-forward, with what {@link Architecture} adds.
 *
 * <p>Weights arrive as one list in the order of {@link WeightLayout#tensors()}: embedding, the tensors of each layer and its adapters, the last norm, and
 * the head unless it is tied to the embedding. The ways through it share one block:
 *
 * <ul>
 *   <li>{@code forward}: log-probabilities (and entropies) of chosen tokens in packed rows, for training and scoring;
 *   <li>{@code extend}: keys and values of given tokens into the cache, for prompts and observations;
 *   <li>{@code decode}: one token a sequence into the cache, and the next one sampled.
 *   <li>{@code denoise}: tokens sampled for the covered places of packed rows, by a masked diffusion policy, in which each token sees all of its row.
 * </ul>
 */
final class DecoderProgram {

    private final ModelConfig config;
    private final Architecture architecture;
    private final WeightLayout layout;
    private final Arithmetic arithmetic;
    private final List<String> tensors;

    private DecoderProgram(WeightLayout layout, Arithmetic arithmetic) {
        this.layout = layout;
        this.arithmetic = arithmetic;
        config = layout.config();
        architecture = config.architecture();
        tensors = layout.layerTensors();
    }

    /** Whether layers see positions through different rotations. */
    static boolean hasTwoRopes(Architecture architecture) {
        return architecture.anySlides()
                && !architecture.allSlide()
                && !architecture.rope().equals(architecture.slidingRope());
    }

    static String source(WeightLayout layout, Arithmetic arithmetic) {
        return new DecoderProgram(layout, arithmetic).source();
    }

    private String source() {
        int layers = config.layers();
        return TEXT.replace("$ATTENTION", arithmetic.attention() == Attention.EXACT ? EXACT : FUSED)
                .replace("$RESULT", arithmetic.isBrain() ? BRAIN : SINGLE)
                .replace("$NORMED", narrow(NORM))
                .replace("$WIDENED", NORM)
                .replace("$ROTATED", narrow("torch.add(torch.mul(x, cos), torch.mul(r, sin))"))
                .replace("$EMBEDDED", wide("torch.embedding(w[0], tokens)"))
                .replace("$FUSED_SCALE", fusedScale())
                .replace("$SCALE", Double.toString(architecture.attentionScale()))
                .replace("$NORM_WEIGHT", architecture.centredNorms() ? "torch.add(weight, 1.)" : "weight")
                .replace("$ACTIVATION", activation())
                .replace("$PRE_FEED", architecture.sandwichNorms() ? at("pre_feedforward_layernorm.weight") : at(AFTER))
                .replace("$FED", sandwiched("f", "post_feedforward_layernorm.weight"))
                .replace("$ATTENDED", sandwiched(attended(), AFTER))
                .replace("$QUERY", projected("q", "$HEADS"))
                .replace("$KEY", projected("k", "$KV_HEADS"))
                .replace("$VALUE", "self.split(" + linear("n", "self_attn.v_proj") + ", $KV_HEADS)")
                .replace("$GATE", linear("n", "mlp.gate_proj"))
                .replace("$UP", linear("n", "mlp.up_proj"))
                .replace("$DOWN", linear("m", "mlp.down_proj"))
                .replace("$VISIBLE", config.diffusion() == null ? "torch.tril(same)" : "same")
                .replace("$NEAR_ROWS", near("torch.unsqueeze(positions, 2)", "torch.unsqueeze(positions, 1)"))
                .replace("$NEAR_EXTEND", near("torch.unsqueeze(positions, 2)", "torch.view(keys, [1, 1, -1])"))
                .replace("$NEAR_NEXT", near("torch.view(positions, [-1, 1, 1])", "torch.view(keys, [1, 1, -1])"))
                .replace("$KINDS", kinds())
                .replace("$SEGMENT_CHOICE", choice("bool(torch.eq(kind, 1))", "\n    "))
                .replace("$CHOICE", choice("torch.eq(kinds[i], 1)", "\n      "))
                .replace("$MAGNIFIED", architecture.embeddingScale() == 1 ? "" : embeddingScale())
                .replace("$HEADS", Integer.toString(config.heads()))
                .replace("$KV_HEADS", Integer.toString(config.keyValueHeads()))
                .replace("$WIDTH", Integer.toString(config.headSize()))
                .replace("$GROUPED", config.heads() == config.keyValueHeads() ? "False" : "True")
                .replace("$GROUP", Integer.toString(config.heads() / config.keyValueHeads()))
                .replace("$LAYERS", Integer.toString(layers))
                .replace("$STRIDE", Integer.toString(layout.stride()))
                .replace("$EPSILON", String.format(Locale.ROOT, "%.20f", config.rmsNormEpsilon()))
                .replace("$NORM", Integer.toString(layout.lastNorm()))
                .replace("$HEAD", Integer.toString(layout.head()));
    }

    /** The place of a layer's tensor in the list of weights; {@code o} is where the layer begins. */
    private String at(String tensor) {
        int place = tensors.indexOf(tensor);
        if (place < 0) {
            throw new IllegalStateException("a layer of " + config.modelType() + " has no " + tensor);
        }
        return place == 0 ? "w[o]" : "w[torch.add(o, " + place + ")]";
    }

    /** Rounded to bfloat16 if products are in it; a gradient that comes back is in single precision again. */
    private String narrow(String value) {
        return arithmetic.isBrain() ? "torch.to(" + value + ", " + BRAIN + ")" : value;
    }

    /** In single precision, whatever it was in. */
    private String wide(String value) {
        return arithmetic.isBrain() ? "torch.to(" + value + ", " + SINGLE + ")" : value;
    }

    /** A linear layer, and what its adapter adds. */
    private String linear(String input, String module) {
        String weight = module + ".weight";
        String bias = tensors.contains(module + ".bias") ? ", " + narrow(at(module + ".bias")) : "";
        String frozen = "torch.linear(" + input + ", " + narrow(at(weight)) + bias + ")";
        LoraSettings lora = layout.lora();
        int adapter = layout.adapterOf(weight);
        if (lora == null || adapter < 0) {
            return frozen;
        }
        String down = "torch.linear(" + input + ", " + narrow(at(tensors.get(adapter))) + ")";
        String up = "torch.linear(" + down + ", " + narrow(at(tensors.get(adapter + 1))) + ")";
        return "torch.add(" + frozen + ", torch.mul(" + up + ", " + lora.scale() + "))";
    }

    private String projected(String projection, String heads) {
        String split = "self.split(" + linear("n", "self_attn." + projection + "_proj") + ", " + heads + ")";
        String normed = architecture.queryKeyNorm()
                ? "self.norm(" + split + ", " + at("self_attn." + projection + "_norm.weight") + ")"
                : split;
        return "self.rotate(" + normed + ", c, s)";
    }

    private String attended() {
        return linear("a", "self_attn.o_proj");
    }

    private String sandwiched(String value, String norm) {
        return architecture.sandwichNorms() ? "self.norm(" + value + ", " + at(norm) + ")" : value;
    }

    private String activation() {
        return switch (architecture.activation()) {
            case SILU -> "return torch.silu(y)";
            case GELU_TANH -> // √(2/π); written out, since the archive's version of gelu knows no approximation
                "x = " + wide("y") + "\n    return "
                        + narrow("torch.mul(torch.mul(x, 0.5), torch.add(torch.tanh(torch.mul(torch.add(x,"
                                + " torch.mul(torch.pow(x, 3), 0.044715)), 0.7978845608028654)), 1.))");
        };
    }

    private String fusedScale() {
        boolean usual = architecture.attentionScale() == 1 / Math.sqrt(config.headSize());
        return usual ? "None" : Double.toString(architecture.attentionScale());
    }

    private String embeddingScale() {
        return "\n    x = torch.mul(x, " + (double) (float) architecture.embeddingScale() + ")";
    }

    /** Masks and rotations of the sliding layers, beside those of the others. */
    private String near(String query, String key) {
        var lines = new ArrayList<String>();
        if (architecture.anySlides()) {
            lines.add("near = torch.lt(torch.sub(" + query + ", " + key + "), " + architecture.slidingWindow() + ")");
            String local = "torch.logical_and(mask, torch.unsqueeze(near, 1))";
            lines.add(architecture.allSlide() ? "mask0 = " + local : "maskl = " + local);
        }
        if (!architecture.allSlide()) {
            lines.add("mask0 = mask");
        }
        if (hasTwoRopes(architecture)) {
            lines.add("cl = torch.slice(c, -1, $WIDTH)");
            lines.add("sl = torch.slice(s, -1, $WIDTH)");
            lines.add("c0 = torch.slice(c, -1, 0, $WIDTH)");
            lines.add("s0 = torch.slice(s, -1, 0, $WIDTH)");
        } else {
            lines.add("c0 = c");
            lines.add("s0 = s");
            if (isMixed()) {
                lines.add("cl = c");
                lines.add("sl = s");
            }
        }
        return String.join("\n    ", lines);
    }

    private boolean isMixed() {
        return architecture.anySlides() && !architecture.allSlide();
    }

    private String kinds() {
        if (!isMixed()) {
            return "";
        }
        String list = architecture.slidingLayers().stream()
                .map(slides -> slides ? "1" : "0")
                .collect(Collectors.joining(", "));
        return "\n    kinds = [" + list + "]";
    }

    /** Which mask and rotation a layer takes. */
    private String choice(String slides, String indent) {
        if (!isMixed()) {
            return String.join(indent, "m = mask0", "cr = c0", "sr = s0");
        }
        return String.join(
                indent,
                "if " + slides + ":",
                "  m = maskl",
                "  cr = cl",
                "  sr = sl",
                "else:",
                "  m = mask0",
                "  cr = c0",
                "  sr = s0");
    }

    /** TorchScript's numbers of the types. */
    private static final String SINGLE = "6";

    private static final String BRAIN = "15";

    private static final String NORM =
            "torch.rms_norm(torch.to(x, " + SINGLE + "), [torch.size(x, -1)], $NORM_WEIGHT, $EPSILON)";

    private static final String AFTER = "post_attention_layernorm.weight";

    private static final String FUSED =
            "a = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), mask, 0., False, scale=$FUSED_SCALE, enable_gqa=$GROUPED)";

    private static final String EXACT = String.join(
            "\n    ",
            "k1 = torch.repeat_interleave(torch.transpose(k, 1, 2), $GROUP, 1)",
            "v1 = torch.repeat_interleave(torch.transpose(v, 1, 2), $GROUP, 1)",
            "g = torch.mul(torch.matmul(torch.to(torch.transpose(q, 1, 2), 7), torch.to(torch.transpose(k1, 2, 3), 7)), $SCALE)",
            "p = torch.softmax(torch.masked_fill(g, torch.logical_not(mask), -10000000000.), -1, None)",
            "a = torch.to(torch.matmul(p, torch.to(v1, 7)), $RESULT)");

    private static final String TEXT = """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def norm(self: __torch__.M, x: Tensor, weight: Tensor) -> Tensor:
                return $NORMED
              def last(self: __torch__.M, x: Tensor, weight: Tensor) -> Tensor:
                return $WIDENED
              def rotate(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
                h = torch.floordiv(torch.size(x, -1), 2)
                a = torch.slice(x, -1, 0, h)
                b = torch.slice(x, -1, h)
                r = torch.cat([torch.neg(b), a], -1)
                return $ROTATED
              def split(self: __torch__.M, y: Tensor, heads: int) -> Tensor:
                return torch.view(y, [torch.size(y, 0), torch.size(y, 1), heads, $WIDTH])
              def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
                $ATTENTION
                return torch.reshape(torch.transpose(a, 1, 2), [torch.size(q, 0), torch.size(q, 1), -1])
              def gate(self: __torch__.M, y: Tensor) -> Tensor:
                $ACTIVATION
              def feed(self: __torch__.M, x: Tensor, w: List[Tensor], o: int) -> Tensor:
                n = self.norm(x, $PRE_FEED)
                g = self.gate($GATE)
                u = $UP
                m = torch.mul(g, u)
                f = $DOWN
                return torch.add(x, $FED)
              def cached(self: __torch__.M, x: Tensor, w: List[Tensor], o: int, flat: Tensor, slots: Tensor, dense: bool, span: int, mask: Tensor, c: Tensor, s: Tensor, kc: Tensor, vc: Tensor) -> Tensor:
                n = self.norm(x, w[o])
                q = $QUERY
                k = $KEY
                v = $VALUE
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
                return torch.add(x, $ATTENDED)
              def head(self: __torch__.M, h: Tensor, target: Tensor, temperature: Tensor, w: List[Tensor]) -> Tensor:
                return self.score(h, w[0], target, temperature)
              def score(self: __torch__.M, h: Tensor, weight: Tensor, target: Tensor, temperature: Tensor) -> Tensor:
                logits = torch.div(torch.linear(h, weight), temperature)
                lp = torch.log_softmax(logits, -1, None)
                chosen = torch.squeeze(torch.gather(lp, 1, torch.unsqueeze(target, 1)), 1)
                entropy = torch.neg(torch.sum(torch.mul(torch.exp(lp), lp), [-1], False, dtype=None))
                return torch.stack([chosen, entropy], 0)
              def shares(self: __torch__.M, h: Tensor, ids: Tensor, temperature: Tensor, w: List[Tensor]) -> Tensor:
                lp = torch.log_softmax(torch.div(torch.linear(h, w[0]), temperature), -1, None)
                return torch.gather(lp, 1, ids)
              def likeliest(self: __torch__.M, h: Tensor, count: Tensor, temperature: Tensor, w: List[Tensor]) -> Tensor:
                lp = torch.log_softmax(torch.div(torch.linear(h, w[0]), temperature), -1, None)
                values, ids = torch.topk(lp, int(count), -1, True, True)
                return torch.stack([torch.to(ids, 7), torch.to(values, 7)], 0)
              def soft(self: __torch__.M, h: Tensor, target: Tensor, temperature: Tensor, beta: Tensor, anchor: Tensor, critic: Tensor, w: List[Tensor]) -> Tensor:
                lp = torch.log_softmax(torch.div(torch.linear(h, w[0]), temperature), -1, None)
                lr = torch.log_softmax(torch.div(torch.linear(anchor, w[1]), temperature), -1, None)
                p = torch.exp(lp)
                chosen = torch.squeeze(torch.gather(lp, 1, torch.unsqueeze(target, 1)), 1)
                entropy = torch.neg(torch.sum(torch.mul(p, lp), [-1], False, dtype=None))
                kl = torch.sum(torch.mul(p, torch.sub(lp, lr)), [-1], False, dtype=None)
                words = torch.size(w[0], 0)
                rows = torch.add(torch.slice(critic, 0, 0, words), torch.slice(critic, 0, words))
                q = torch.sum(torch.mul(p, torch.linear(torch.to(anchor, 6), rows)), [-1], False, dtype=None)
                return torch.stack([chosen, entropy, torch.sub(q, torch.mul(kl, beta)), kl], 0)
              def embed(self: __torch__.M, tokens: Tensor, w: List[Tensor]) -> Tensor:
                x = $EMBEDDED$MAGNIFIED
                return x
              def hidden(self: __torch__.M, tokens: Tensor, positions: Tensor, branch: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
                c = torch.unsqueeze(torch.embedding(cos, positions), 2)
                s = torch.unsqueeze(torch.embedding(sin, positions), 2)
                j = torch.unsqueeze(branch, 1)
                same = torch.logical_or(torch.eq(j, 0), torch.eq(torch.unsqueeze(branch, 2), j))
                mask = torch.unsqueeze($VISIBLE, 1)
                $NEAR_ROWS$KINDS
                x = self.embed(tokens, w)
                for i in range($LAYERS):
                  o = torch.add(1, torch.mul(i, $STRIDE))
                  $CHOICE
                  x = self.layer(x, w, o, m, cr, sr)
                return self.last(x, w[$NORM])
              def layer(self: __torch__.M, x: Tensor, w: List[Tensor], o: int, mask: Tensor, c: Tensor, s: Tensor) -> Tensor:
                n = self.norm(x, w[o])
                q = $QUERY
                k = $KEY
                v = $VALUE
                a = self.attend(q, k, v, mask)
                x0 = torch.add(x, $ATTENDED)
                return self.feed(x0, w, o)
              def forward(self: __torch__.M, tokens: Tensor, positions: Tensor, branch: Tensor, source: Tensor, target: Tensor, temperature: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
                h = self.hidden(tokens, positions, branch, cos, sin, w)
                flat = torch.index_select(torch.reshape(h, [-1, torch.size(h, 2)]), 0, source)
                return self.score(flat, w[$HEAD], target, temperature)
              def trunk(self: __torch__.M, tokens: Tensor, positions: Tensor, branch: Tensor, source: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
                h = self.hidden(tokens, positions, branch, cos, sin, w)
                return torch.index_select(torch.reshape(h, [-1, torch.size(h, 2)]), 0, source)
              def part(self: __torch__.M, h: Tensor, rows: Tensor) -> Tensor:
                return torch.index_select(h, 0, rows)
              def join(self: __torch__.M, parts: List[Tensor]) -> Tensor:
                return torch.cat(parts, 0)
              def begin(self: __torch__.M, tokens: Tensor, w: List[Tensor]) -> Tensor:
                return self.embed(tokens, w)
              def segment(self: __torch__.M, x: Tensor, positions: Tensor, branch: Tensor, kind: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
                c = torch.unsqueeze(torch.embedding(cos, positions), 2)
                s = torch.unsqueeze(torch.embedding(sin, positions), 2)
                j = torch.unsqueeze(branch, 1)
                same = torch.logical_or(torch.eq(j, 0), torch.eq(torch.unsqueeze(branch, 2), j))
                mask = torch.unsqueeze($VISIBLE, 1)
                $NEAR_ROWS
                $SEGMENT_CHOICE
                return self.layer(x, w, 0, m, cr, sr)
              def tail(self: __torch__.M, x: Tensor, source: Tensor, w: List[Tensor]) -> Tensor:
                h = self.last(x, w[0])
                return torch.index_select(torch.reshape(h, [-1, torch.size(h, 2)]), 0, source)
              def extend(self: __torch__.M, tokens: Tensor, positions: Tensor, flat: Tensor, slots: Tensor, keys: Tensor, cos: Tensor, sin: Tensor, kc: List[Tensor], vc: List[Tensor], w: List[Tensor]) -> Tensor:
                span = torch.size(keys, 0)
                mask = torch.unsqueeze(torch.le(torch.view(keys, [1, 1, -1]), torch.unsqueeze(positions, 2)), 1)
                c = torch.unsqueeze(torch.embedding(cos, positions), 2)
                s = torch.unsqueeze(torch.embedding(sin, positions), 2)
                $NEAR_EXTEND$KINDS
                x = self.embed(tokens, w)
                for i in range($LAYERS):
                  o = torch.add(1, torch.mul(i, $STRIDE))
                  $CHOICE
                  x = self.feed(self.cached(x, w, o, flat, slots, False, span, m, cr, sr, kc[i], vc[i]), w, o)
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
                $NEAR_NEXT$KINDS
                x = torch.unsqueeze(self.embed(tokens, w), 1)
                for i in range($LAYERS):
                  o = torch.add(1, torch.mul(i, $STRIDE))
                  $CHOICE
                  x = self.feed(self.cached(x, w, o, flat, flat, True, span, m, cr, sr, kc[i], vc[i]), w, o)
                h = self.last(torch.squeeze(x, 1), w[$NORM])
                logits = torch.div(torch.linear(h, w[$HEAD]), torch.unsqueeze(temperature, 1))
                return torch.log_softmax(logits, -1, None)
              def pick(self: __torch__.M, lp: Tensor, p: Tensor, u: Tensor) -> Tensor:
                c = torch.cumsum(p, -1, dtype=None)
                goal = torch.mul(torch.unsqueeze(u, 1), torch.slice(c, 1, -1))
                below = torch.sum(torch.le(c, goal), [-1], False, dtype=None)
                token = torch.clamp(below, 0, torch.sub(torch.size(lp, 1), 1))
                chosen = torch.squeeze(torch.gather(lp, 1, torch.unsqueeze(token, 1)), 1)
                return torch.stack([torch.to(token, 7), torch.to(chosen, 7)], 0)
              def uncover(self: __torch__.M, tokens: Tensor, positions: Tensor, branch: Tensor, source: Tensor, temperature: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
                h = self.trunk(tokens, positions, branch, source, cos, sin, w)
                return torch.log_softmax(torch.div(torch.linear(h, w[$HEAD]), torch.unsqueeze(temperature, 1)), -1, None)
              def denoise(self: __torch__.M, tokens: Tensor, positions: Tensor, branch: Tensor, source: Tensor, temperature: Tensor, u: Tensor, never: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
                lp = self.uncover(tokens, positions, branch, source, temperature, cos, sin, w)
                return self.pick(lp, torch.index_fill(torch.exp(torch.to(lp, 7)), 1, never, 0), u)
              def denoise_truncated(self: __torch__.M, tokens: Tensor, positions: Tensor, branch: Tensor, source: Tensor, temperature: Tensor, u: Tensor, never: Tensor, top_p: Tensor, top_k: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
                lp = self.uncover(tokens, positions, branch, source, temperature, cos, sin, w)
                return self.pick(lp, self.truncate(torch.index_fill(torch.exp(torch.to(lp, 7)), 1, never, 0), top_p, top_k), u)
              def decode(self: __torch__.M, tokens: Tensor, positions: Tensor, flat: Tensor, keys: Tensor, temperature: Tensor, u: Tensor, cos: Tensor, sin: Tensor, kc: List[Tensor], vc: List[Tensor], w: List[Tensor]) -> Tensor:
                lp = self.next(tokens, positions, flat, keys, temperature, cos, sin, kc, vc, w)
                return self.pick(lp, torch.exp(torch.to(lp, 7)), u)
              def decode_truncated(self: __torch__.M, tokens: Tensor, positions: Tensor, flat: Tensor, keys: Tensor, temperature: Tensor, u: Tensor, top_p: Tensor, top_k: Tensor, cos: Tensor, sin: Tensor, kc: List[Tensor], vc: List[Tensor], w: List[Tensor]) -> Tensor:
                lp = self.next(tokens, positions, flat, keys, temperature, cos, sin, kc, vc, w)
                return self.pick(lp, self.truncate(torch.exp(torch.to(lp, 7)), top_p, top_k), u)
            """;
}
