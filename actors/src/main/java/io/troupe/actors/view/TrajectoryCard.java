package io.troupe.actors.view;

import io.troupe.actors.view.TrajectorySamples.Sample;
import io.troupe.learner.objective.ObjectiveSettings.Weight;
import io.troupe.learner.objective.TokenWeight;
import io.troupe.proto.v1.FinishReason;
import io.troupe.proto.v1.RewardComponent;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import java.util.List;
import java.util.Locale;

/** A trajectory as HTML: who wrote what, and each token of the policy with its probability and its weight. */
final class TrajectoryCard {

    private final TokenPieces.Decoding decoding;
    private final Weight settings;
    private final TokenWeight weight;
    private final StringBuilder html = new StringBuilder();

    private TrajectoryCard(TokenPieces.Decoding decoding, Weight settings) {
        this.decoding = decoding;
        this.settings = settings;
        weight = TokenWeight.of(settings);
    }

    /**
     * A card.
     *
     * @param sample the trajectory
     * @param decoding the text of its tokens
     * @param settings the weight of the run's objective
     */
    static String html(Sample sample, TokenPieces.Decoding decoding, Weight settings) {
        var card = new TrajectoryCard(decoding, settings);
        card.card(sample);
        return card.html.toString();
    }

    private void card(Sample sample) {
        Trajectory trajectory = sample.trajectory();
        html.append("<article class=\"card\">\n");
        head(sample);
        html.append("<div class=\"talk\">\n");
        for (Segment segment : trajectory.getSegmentsList()) {
            segment(segment);
        }
        html.append("</div>\n");
        verdict(trajectory);
        html.append("</article>\n");
    }

    private void head(Sample sample) {
        Verdict verdict = sample.trajectory().getVerdict();
        html.append("<header><span class=\"badge ")
                .append(sample.correct() ? "right" : "wrong")
                .append("\">");
        html.append(sample.correct() ? "✓ " : "✗ ")
                .append(word(verdict.getOutcome().name(), "OUTCOME_"));
        html.append("</span><span class=\"reward\">reward ").append(Html.number(verdict.getReward(), 3));
        html.append("</span><span class=\"muted\">update ")
                .append(sample.update())
                .append(", level ");
        html.append(sample.group().getTask().getLevel()).append("</span></header>\n");
    }

    private void segment(Segment segment) {
        if (segment.getTokenIdsCount() == 0) {
            return;
        }
        String kind = word(segment.getSource().name(), "SOURCE_");
        int[] tokens =
                segment.getTokenIdsList().stream().mapToInt(Integer::intValue).toArray();
        html.append("<div class=\"who ").append(kind).append("\">").append(kind).append("</div><div class=\"said ");
        html.append(kind).append("\">");
        if (segment.getSource() == Source.SOURCE_POLICY) {
            List<String> pieces = TokenPieces.of(decoding, tokens);
            for (int i = 0; i < tokens.length; i++) {
                token(segment, i, pieces.get(i));
            }
        } else {
            html.append(visible(decoding.decode(tokens)));
        }
        html.append("</div>\n");
    }

    private void token(Segment segment, int i, String piece) {
        double logProbability = i < segment.getLogProbabilitiesCount() ? segment.getLogProbabilities(i) : Double.NaN;
        double p = Math.exp(logProbability);
        double w = weight.at(logProbability);
        double height = settings.upper() > settings.lower()
                ? (w - settings.lower()) / (settings.upper() - settings.lower())
                : 0;
        html.append("<span class=\"t\" style=\"--p:").append(Html.number(finite(p), 2));
        html.append(";--w:").append(Html.number(finite(height), 2)).append("\" title=\"probability ");
        html.append(Html.number(p, 4)).append(", log ").append(Html.number(logProbability, 3));
        html.append("&#10;TR weight ").append(Html.number(w, 3));
        if (i < segment.getPolicyVersionsCount()) {
            html.append("&#10;policy version ").append(segment.getPolicyVersions(i));
        }
        html.append("&#10;token ").append(segment.getTokenIds(i)).append("\">");
        html.append(piece.isEmpty() ? "<i>·</i>" : visible(piece)).append("</span>");
    }

    /** Line breaks keep their place and can be seen. */
    private static String visible(String text) {
        return Html.escape(text).replace("\n", "<i>↵</i>\n");
    }

    private void verdict(Trajectory trajectory) {
        Verdict verdict = trajectory.getVerdict();
        html.append("<footer>");
        for (RewardComponent component : verdict.getComponentsList()) {
            html.append("<span class=\"chip\">")
                    .append(Html.escape(component.getName()))
                    .append(" <b>");
            html.append(Html.number(component.getValue(), 3)).append("</b></span>");
        }
        if (!verdict.getExtracted().isEmpty()) {
            html.append("<span class=\"chip\">read as <b>").append(Html.escape(verdict.getExtracted()));
            html.append("</b></span>");
        }
        FinishReason finish = trajectory.getFinishReason();
        if (finish == FinishReason.FINISH_REASON_LENGTH || finish == FinishReason.FINISH_REASON_TURNS) {
            html.append("<span class=\"chip\">cut off by the limit on ");
            html.append(finish == FinishReason.FINISH_REASON_TURNS ? "turns" : "tokens")
                    .append("</span>");
        }
        html.append("<span class=\"muted\">")
                .append(Html.escape(verdict.getRule()))
                .append("</span></footer>\n");
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? value : 0;
    }

    private static String word(String constant, String prefix) {
        return constant.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
