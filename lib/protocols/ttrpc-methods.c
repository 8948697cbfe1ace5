/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The facts are from agent.proto and health.proto of Kata Containers, and from its runtimes, which
 * set no deadline for the methods that wait.
 */
#include "lib/protocols/ttrpc-methods.h"

#include <string.h>

/* In order: name, field of the container, field of the process, waits, secret. */
static const struct ttrpc_method methods[] = {
    {"grpc.AgentService/CreateContainer", 1, 2, false, true},
    {"grpc.AgentService/StartContainer", 1, 0, false, false},
    {"grpc.AgentService/RemoveContainer", 1, 0, false, false},
    {"grpc.AgentService/UpdateContainer", 1, 0, false, false},
    {"grpc.AgentService/StatsContainer", 1, 0, false, false},
    {"grpc.AgentService/PauseContainer", 1, 0, false, false},
    {"grpc.AgentService/ResumeContainer", 1, 0, false, false},
    {"grpc.AgentService/UpdateEphemeralMounts", 0, 0, false, false},
    {"grpc.AgentService/RemoveStaleVirtiofsShareMounts", 0, 0, false, false},
    {"grpc.AgentService/GetDiagnosticData", 2, 0, false, false},
    {"grpc.AgentService/ExecProcess", 1, 2, false, true},
    {"grpc.AgentService/SignalProcess", 1, 2, false, false},
    {"grpc.AgentService/WaitProcess", 1, 2, true, false},
    {"grpc.AgentService/WriteStdin", 1, 2, true, true},
    {"grpc.AgentService/ReadStdout", 1, 2, true, true},
    {"grpc.AgentService/ReadStderr", 1, 2, true, true},
    {"grpc.AgentService/CloseStdin", 1, 2, false, false},
    {"grpc.AgentService/TtyWinResize", 1, 2, false, false},
    {"grpc.AgentService/UpdateInterface", 0, 0, false, false},
    {"grpc.AgentService/UpdateRoutes", 0, 0, false, false},
    {"grpc.AgentService/ListInterfaces", 0, 0, false, false},
    {"grpc.AgentService/ListRoutes", 0, 0, false, false},
    {"grpc.AgentService/AddARPNeighbors", 0, 0, false, false},
    {"grpc.AgentService/GetIPTables", 0, 0, false, false},
    {"grpc.AgentService/SetIPTables", 0, 0, false, true},
    {"grpc.AgentService/CreateSandbox", 0, 0, false, false},
    {"grpc.AgentService/DestroySandbox", 0, 0, false, false},
    {"grpc.AgentService/OnlineCPUMem", 0, 0, false, false},
    {"grpc.AgentService/ReseedRandomDev", 0, 0, false, true},
    {"grpc.AgentService/GetGuestDetails", 0, 0, false, false},
    {"grpc.AgentService/MemHotplugByProbe", 0, 0, false, false},
    {"grpc.AgentService/SetGuestDateTime", 0, 0, false, false},
    {"grpc.AgentService/CopyFile", 0, 0, false, true},
    {"grpc.AgentService/AddSwap", 0, 0, false, false},
    {"grpc.AgentService/AddSwapPath", 0, 0, false, false},
    {"grpc.AgentService/SetPolicy", 0, 0, false, true},
    {"grpc.AgentService/GetOOMEvent", 0, 0, true, false},
    {"grpc.AgentService/GetMetrics", 0, 0, false, false},
    {"grpc.AgentService/GetVolumeStats", 0, 0, false, false},
    {"grpc.AgentService/ResizeVolume", 0, 0, false, false},
    {"grpc.AgentService/MemAgentMemcgSet", 0, 0, false, false},
    {"grpc.AgentService/MemAgentCompactSet", 0, 0, false, false},
    {"grpc.Health/Check", 0, 0, false, false},
    {"grpc.Health/Version", 0, 0, false, false},
};

#define METHODS_COUNT (sizeof(methods) / sizeof(methods[0]))

const struct ttrpc_method *ttrpc_method_get(size_t index)
{
	return index < METHODS_COUNT ? &methods[index] : NULL;
}

const struct ttrpc_method *ttrpc_method_find(const char *name)
{
	for (size_t i = 0; i < METHODS_COUNT; i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}
