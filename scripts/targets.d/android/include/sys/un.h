#pragma once
#include <sys/socket.h>
#include <linux/un.h>
