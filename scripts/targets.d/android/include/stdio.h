#pragma once
#include <stdarg.h>
#include <sys/types.h>
#if __ANDROID_API__ < 23
#error "the standard streams are plain symbols from API 23 on only"
#endif
typedef struct __sFILE FILE; /* opaque, as it may change between systems */
typedef off_t fpos_t;
#define BUFSIZ 1024
#define EOF (-1)
#define FILENAME_MAX 4096
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define _IONBF 2
__BEGIN_DECLS
extern FILE* stderr;
extern FILE* stdin;
extern FILE* stdout;
void clearerr(FILE*);
int fclose(FILE*);
FILE* fdopen(int, const char*);
int feof(FILE*);
int ferror(FILE*);
int fflush(FILE*);
char* fgets(char*, int, FILE*);
int fileno(FILE*);
FILE* fopen(const char*, const char*);
int fprintf(FILE*, const char*, ...);
int fputc(int, FILE*);
int fputs(const char*, FILE*);
size_t fread(void*, size_t, size_t, FILE*);
int fseek(FILE*, long, int);
long ftell(FILE*);
size_t fwrite(const void*, size_t, size_t, FILE*);
void perror(const char*);
int printf(const char*, ...);
int puts(const char*);
int remove(const char*);
int rename(const char*, const char*);
void setbuf(FILE*, char*);
int setvbuf(FILE*, char*, int, size_t);
int snprintf(char*, size_t, const char*, ...);
int sprintf(char*, const char*, ...);
int sscanf(const char*, const char*, ...);
int vfprintf(FILE*, const char*, va_list);
int vsnprintf(char*, size_t, const char*, va_list);
__END_DECLS
