package io.troupe.actors.bench;

import java.util.Comparator;
import java.util.List;

/**
 * How fast tokens went through.
 *
 * @param perSecond tokens a second
 * @param perProcessorSecond tokens for each second that a processor core worked on it: what other work on the machine changes little
 */
public record Speed(double perSecond, double perProcessorSecond) {

    /** The median of each, by itself. */
    static Speed median(List<Speed> speeds) {
        return new Speed(
                middle(speeds, Comparator.comparingDouble(Speed::perSecond)).perSecond(),
                middle(speeds, Comparator.comparingDouble(Speed::perProcessorSecond))
                        .perProcessorSecond());
    }

    private static Speed middle(List<Speed> speeds, Comparator<Speed> order) {
        return speeds.stream().sorted(order).toList().get(speeds.size() / 2);
    }
}
