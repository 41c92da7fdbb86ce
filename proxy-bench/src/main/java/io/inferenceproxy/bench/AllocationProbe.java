package io.inferenceproxy.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.List;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Asks another Java machine how many bytes its threads have allocated so far, to the byte. The threads that answer such
 * questions are left out. Asked before and after a load, the difference is the garbage of that load.
 */
public final class AllocationProbe {

    private static final List<String> OF_THE_QUESTION = List.of("RMI ", "JMX ", "Attach Listener");

    private AllocationProbe() {}

    /**
     * Prints the bytes.
     *
     * @param args the process id
     */
    public static void main(String[] args) throws IOException, AttachNotSupportedException {
        System.out.println(allocatedBytes(args[0]));
    }

    @SuppressWarnings("BanJNDI") // the address is what a process of this machine told of itself
    static long allocatedBytes(String pid) throws IOException, AttachNotSupportedException {
        VirtualMachine machine = VirtualMachine.attach(pid);
        String address;
        try {
            address = machine.startLocalManagementAgent();
        } finally {
            machine.detach();
        }
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
            return allocatedBytes(ManagementFactory.newPlatformMXBeanProxy(
                    connector.getMBeanServerConnection(), ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class));
        }
    }

    private static long allocatedBytes(ThreadMXBean threads) {
        long[] ids = threads.getAllThreadIds();
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        long sum = 0;
        for (int i = 0; i < ids.length; i++) {
            // Of a thread that has ended meanwhile there is no information.
            if (infos[i] != null && OF_THE_QUESTION.stream().noneMatch(infos[i].getThreadName()::startsWith)) {
                sum += Math.max(0, bytes[i]);
            }
        }
        return sum;
    }
}
