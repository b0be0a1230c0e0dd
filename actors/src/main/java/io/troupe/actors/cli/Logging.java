package io.troupe.actors.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Where log lines go: standard error at first, the run's {@code logs/troupe.log} too once there is a run. */
final class Logging {

    private static final String CONSOLE = "console";
    private static final String FILE = "file";
    private static final String CONSOLE_PATTERN = "%d{HH:mm:ss.SSS} %-5level %msg%n%nopex";
    private static final String FILE_PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} %msg%n";

    private Logging() {}

    /**
     * Log lines from here on go to a stream, in place of where they went before.
     *
     * @param stream for a person
     * @param debug DEBUG of Troupe's own loggers, not only INFO
     */
    static void toConsole(OutputStream stream, boolean debug) {
        LoggerContext context = context();
        context.reset();
        root(context).setLevel(Level.INFO);
        context.getLogger("io.troupe").setLevel(debug ? Level.DEBUG : Level.INFO);
        // chatty at start-up, and of no use to a user
        context.getLogger("org.apache.pekko").setLevel(debug ? Level.INFO : Level.WARN);
        // every connection that fails, and every member that falls silent: what comes of it is said by the node itself
        for (String chatty : List.of("remote", "cluster", "stream")) {
            context.getLogger("org.apache.pekko." + chatty).setLevel(debug ? Level.INFO : Level.ERROR);
        }
        context.getLogger("ai.djl").setLevel(debug ? Level.INFO : Level.WARN);
        root(context).addAppender(console(context, stream, debug));
    }

    /** Log lines go to the run's log file as well. */
    static void alsoTo(Path file) {
        LoggerContext context = context();
        var appender = new FileAppender<ILoggingEvent>();
        appender.setName(FILE);
        appender.setContext(context);
        appender.setEncoder(encoder(context, FILE_PATTERN));
        appender.setFile(file.toString());
        appender.setAppend(true);
        appender.start();
        root(context).addAppender(appender);
    }

    /** The console hears warnings and errors only, for a live view says the rest; and they go through that view. */
    static void consoleOnlyWarns(OutputStream stream) {
        LoggerContext context = context();
        root(context).detachAppender(CONSOLE);
        var warnings = new ThresholdFilter();
        warnings.setLevel(Level.WARN.toString());
        warnings.start();
        OutputStreamAppender<ILoggingEvent> console = console(context, stream, debug(context));
        console.addFilter(warnings);
        root(context).addAppender(console);
    }

    private static boolean debug(LoggerContext context) {
        return context.getLogger("io.troupe").getLevel() == Level.DEBUG;
    }

    /** What ends with an exception ends with one message, that of the verb: the console hears nothing of it besides, the run's log file everything. */
    private static final class SaidByTheVerb extends Filter<ILoggingEvent> {
        @Override
        public FilterReply decide(ILoggingEvent event) {
            boolean failure = event.getLevel().isGreaterOrEqual(Level.ERROR) && event.getThrowableProxy() != null;
            return failure ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    }

    private static OutputStreamAppender<ILoggingEvent> console(
            LoggerContext context, OutputStream stream, boolean debug) {
        var console = new OutputStreamAppender<ILoggingEvent>();
        console.setName(CONSOLE);
        console.setContext(context);
        console.setEncoder(encoder(context, CONSOLE_PATTERN));
        console.setOutputStream(stream);
        if (!debug) {
            var once = new SaidByTheVerb();
            once.start();
            console.addFilter(once);
        }
        console.start();
        return console;
    }

    /** A failure goes to the run's log file with all that is known of it; the console hears it from the verb, in words. */
    static void recordFailure(Throwable failure) {
        LoggerContext context = context();
        Logger failures = context.getLogger("io.troupe.failure");
        failures.setAdditive(false);
        failures.addAppender(root(context).getAppender(FILE));
        failures.error("the run failed", failure);
    }

    private static PatternLayoutEncoder encoder(LoggerContext context, String pattern) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        return encoder;
    }

    private static Logger root(LoggerContext context) {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
