# SPDX-License-Identifier: BSD-3-Clause
# cmake -DINPUT=FILE -DNAME=NAME -DHEADER=FILE.h -DOUTPUT=FILE.c -P embed.cmake: writes the bytes of INPUT
# as an array of C, which HEADER declares. libbpf reads them as an ELF file, which has 8-byte numbers.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\n\t\\1" bytes "${bytes}")
file(WRITE ${OUTPUT} "/* Made by embed.cmake. */
#include \"${HEADER}\"

_Alignas(8) const unsigned char ${NAME}[] = {${bytes}
};
const size_t ${NAME}_size = sizeof(${NAME});
")
