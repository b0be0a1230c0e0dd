package io.troupe.actors.node;

import io.troupe.actors.learning.PolicyOutlet;
import io.troupe.actors.learning.PolicyServer;
import io.troupe.actors.wire.EnvironmentProtocol;
import io.troupe.actors.wire.NodeProtocol.Command;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.actors.worker.EnvironmentHosts;
import io.troupe.actors.worker.PolicyMirror;
import io.troupe.actors.worker.RolloutWorker;
import io.troupe.actors.worker.VerifierRouter;
import io.troupe.proto.v1.NodeWelcome;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * Those who do the work of a {@link WorkerNode}, as its children: hosts of environments, and the rollout workers with what they need, which is the policy's
 * versions and the way to verifiers. The node watches them all, and is told when one fails. Used on the node's own thread only.
 */
final class Crew {

    private static final int REPLACEMENTS = 3;

    private final ActorContext<Command> context;
    private final WorkerNode.Parts parts;
    private final NodeWelcome welcome;
    private final Equipment equipment;
    private final Set<ActorRef<WorkerProtocol.Command>> workers = new HashSet<>();
    private RolloutWorker.@Nullable Peers peers;
    private int made;
    private int failed;

    /**
     * Nobody yet.
     *
     * @param context the node's
     * @param welcome says where coordinator and policy server are
     */
    Crew(ActorContext<Command> context, WorkerNode.Parts parts, NodeWelcome welcome, Equipment equipment) {
        this.context = context;
        this.parts = parts;
        this.welcome = welcome;
        this.equipment = equipment;
    }

    /**
     * Lets all begin that the equipment is for.
     *
     * @param unkept told if there is no room for the policy's versions
     */
    void begin(ActorRef<PolicyMirror.Unkept> unkept) {
        ActorRef<EnvironmentProtocol.Command> hosts = equipment.hosts() ? hosts() : null;
        Equipment.Sampling sampling = equipment.sampling();
        if (sampling != null) {
            peers = new RolloutWorker.Peers(
                    WorkerNode.at(context, welcome.getJoin(), "coordinator"),
                    policies(sampling, unkept),
                    context.spawn(VerifierRouter.create(hosts, parts.journal()), "verifiers"));
            for (int i = 0; i < equipment.roles().settings().rollout().workers(); i++) {
                spawnWorker(sampling, peers);
            }
        }
    }

    private ActorRef<EnvironmentProtocol.Command> hosts() {
        ActorRef<EnvironmentProtocol.Command> hosts = context.spawn(
                EnvironmentHosts.create(
                        equipment.families(),
                        equipment.roles().settings().verifier().workers(),
                        DispatcherSelector.fromConfig("troupe.verifier-dispatcher"),
                        equipment.roles().latency(),
                        parts.journal()),
                "environments");
        context.watch(hosts);
        context.getSystem().receptionist().tell(Receptionist.register(VerifierRouter.VERIFIERS, hosts));
        return hosts;
    }

    private ActorRef<PolicyProtocol.Command> policies(
            Equipment.Sampling sampling, ActorRef<PolicyMirror.Unkept> unkept) {
        ActorRef<PolicyProtocol.Command> policies = context.spawn(
                PolicyServer.create(equipment.roles().stamp(), PolicyOutlet.KEPT_ELSEWHERE, parts.journal()),
                "policies");
        context.watch(context.spawn(
                PolicyMirror.create(
                        equipment.roles().stamp(),
                        parts.name(),
                        WorkerNode.at(context, welcome.getJoin(), "policies"),
                        policies,
                        sampling.fetch(),
                        parts.blocking(),
                        unkept,
                        parts.journal()),
                "mirror"));
        return policies;
    }

    private void spawnWorker(Equipment.Sampling sampling, RolloutWorker.Peers with) {
        made++;
        String name = "worker-" + made;
        ActorRef<WorkerProtocol.Command> worker = context.spawn(
                RolloutWorker.create(
                        equipment.roles().worker(parts.name() + "/" + name),
                        with,
                        sampling.sampler(),
                        parts.nanoTime()),
                name,
                DispatcherSelector.fromConfig("troupe.rollout-dispatcher"));
        workers.add(worker);
        context.watch(worker);
    }

    /** Replaces a worker that failed; says whether it did. Nobody else can be replaced, and a worker not without end. */
    boolean replace(ActorRef<Void> who, Throwable cause) {
        Equipment.Sampling sampling = equipment.sampling();
        RolloutWorker.Peers with = peers;
        if (!remove(who) || sampling == null || with == null || failed == REPLACEMENTS) {
            return false;
        }
        failed++;
        parts.journal().event("worker", who.path().name() + " failed and is replaced: " + cause);
        spawnWorker(sampling, with);
        return true;
    }

    /** One has ended; says whether it was a worker. */
    boolean remove(ActorRef<Void> who) {
        return workers.removeIf(each -> each.path().equals(who.path()));
    }

    boolean hasWorkers() {
        return !workers.isEmpty();
    }

    /** Asks the workers to finish what they sample, for as long as the node has patience, and to hand back the rest. */
    void drain() {
        workers.forEach(worker -> worker.tell(new RolloutWorker.Drain(parts.drainPatience())));
    }
}
