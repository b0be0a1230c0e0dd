package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "CPU", "cuda:1234"})
    void whatNamesNoDeviceIsRefused(String name) {
        assertThat(ComputeDevice.isName(name)).isFalse();
        assertThatThrownBy(() -> new ComputeDevice(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected auto, cpu or cuda:N");
    }

    @Test
    void aDeviceThatIsNotHereIsAnErrorThatSaysWhatIs() {
        var absent = new ComputeDevice("cuda:" + ComputeDevice.accelerators());
        assertThatThrownBy(absent::newManager)
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining("there is no device cuda:")
                .hasMessageContaining("docs/devices.md");
        assertThatThrownBy(absent::memory).isInstanceOf(DeviceUnavailableException.class);
    }

    @Test
    void autoIsTheFirstAcceleratorOrTheProcessor() {
        String expected = ComputeDevice.accelerators() == 0 ? "cpu" : "cuda:0";
        assertThat(ComputeDevice.AUTO.resolved()).isEqualTo(expected);
        try (NDManager manager = ComputeDevice.AUTO.newManager()) {
            assertThat(manager.getDevice().isGpu()).isEqualTo(!expected.equals("cpu"));
        }
    }

    @Test
    void theProcessorHasTheMachinesMemory() {
        assertThat(ComputeDevice.CPU.memory()).isEqualTo(MachineMemory.total()).isGreaterThan(1L << 28);
        assertThat(ComputeDevice.CPU.isAccelerator()).isFalse();
    }
}
